/**
 * The attributes that AWS computes, by resource type: what `${type.name.attribute}` may name besides the arguments.
 * One table for the local resolver and for the Terraform check that works without a provider.
 * The names are those of the Terraform provider's documentation.
 */
export const COMPUTED_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  aws_dynamodb_table: ['arn', 'id', 'name', 'stream_arn'],
  aws_sqs_queue: ['arn', 'id', 'url', 'name'],
  aws_lambda_function: ['arn', 'qualified_arn', 'invoke_arn', 'version', 'function_name'],
  aws_lambda_alias: ['arn', 'invoke_arn', 'name'],
  aws_lambda_permission: ['id'],
  aws_lambda_event_source_mapping: ['id'],
  aws_iam_role: ['arn', 'id', 'name'],
  aws_iam_role_policy: ['id'],
  aws_cloudwatch_log_group: ['arn', 'name'],
  aws_kms_key: ['arn', 'key_id'],
  aws_secretsmanager_secret: ['arn', 'id'],
  aws_apigatewayv2_api: ['id', 'arn', 'api_endpoint', 'execution_arn'],
  aws_apigatewayv2_integration: ['id'],
  aws_apigatewayv2_authorizer: ['id'],
  aws_apigatewayv2_route: ['id'],
  aws_apigatewayv2_stage: ['id'],
  aws_cloudwatch_event_rule: ['arn', 'name'],
  aws_cloudwatch_event_target: ['id'],
  aws_vpc_endpoint: ['id', 'prefix_list_id'],
  aws_vpc: ['id', 'arn'],
  aws_subnet: ['id', 'arn'],
  aws_route_table: ['id'],
  aws_security_group: ['id', 'arn'],
  aws_sns_topic: ['arn', 'id'],
};
