/** Types that the local AWS runs, or reads while it runs them. */
const RUN: ReadonlySet<string> = new Set([
  'aws_apigatewayv2_api',
  'aws_apigatewayv2_authorizer',
  'aws_apigatewayv2_integration',
  'aws_apigatewayv2_route',
  'aws_apigatewayv2_stage',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_dynamodb_table',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_kms_key',
  'aws_lambda_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_secretsmanager_secret',
  'aws_sqs_queue',
  'aws_vpc_endpoint',
]);

/** Types that change nothing a function could notice on one machine: monitoring, networks, names. Listed at the start. */
const SKIPPED: ReadonlySet<string> = new Set([
  'aws_acm_certificate',
  'aws_acm_certificate_validation',
  'aws_apigatewayv2_api_mapping',
  'aws_apigatewayv2_domain_name',
  'aws_appautoscaling_policy',
  'aws_appautoscaling_scheduled_action',
  'aws_appautoscaling_target',
  'aws_cloudwatch_composite_alarm',
  'aws_cloudwatch_dashboard',
  'aws_default_security_group',
  'aws_flow_log',
  'aws_kms_key_policy',
  'aws_lambda_function_event_invoke_config',
  'aws_lambda_provisioned_concurrency_config',
  'aws_route53_record',
  'aws_route_table',
  'aws_route_table_association',
  'aws_security_group',
  'aws_security_group_rule',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue_policy',
  'aws_sqs_queue_redrive_allow_policy',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_endpoint_route_table_association',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
]);

/** What becomes of resources of a type; undefined for a type that is refused, because nobody decided. */
export function treatmentOf(type: string): 'run' | 'skip' | undefined {
  if (RUN.has(type)) return 'run';
  return SKIPPED.has(type) ? 'skip' : undefined;
}
