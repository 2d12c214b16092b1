/** The resources that Terraform named when it refused to destroy a stack (`prevent_destroy`), sorted. */
export function refusedToDestroy(output: string): readonly string[] {
  // Terraform breaks lines where they become too long.
  const refusals = output.replace(/\s+/g, ' ').matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g);
  return [...refusals].map(([, address = '']) => address).sort();
}

const LOG_GROUPS = [
  'aws_cloudwatch_log_group.api_access',
  'aws_cloudwatch_log_group.authorizer',
  'aws_cloudwatch_log_group.create_session',
  'aws_cloudwatch_log_group.enqueue_event',
  'aws_cloudwatch_log_group.flow_logs',
  'aws_cloudwatch_log_group.health',
  'aws_cloudwatch_log_group.list_events',
  'aws_cloudwatch_log_group.record_changes',
  'aws_cloudwatch_log_group.refresh_keys',
  'aws_cloudwatch_log_group.sessions_api',
  'aws_cloudwatch_log_group.store_event',
  'aws_cloudwatch_log_group.user_data',
];
const TABLES = ['aws_dynamodb_table.events', 'aws_dynamodb_table.sessions'];

/**
 * What of prod is refused first. It cannot be made again: it holds data, others know it by its address, or it tells of the past.
 */
export const PROTECTED_IN_PROD = [
  'aws_apigatewayv2_api.api',
  ...LOG_GROUPS,
  ...TABLES,
  'aws_sqs_queue.changes_dlq',
  'aws_sqs_queue.events',
  'aws_sqs_queue.schedules_dlq',
];

/** What is refused once others are not, by its address: Terraform does not come to it before. */
export const PROTECTED_BEHIND: Readonly<Record<string, readonly string[]>> = {
  'aws_kms_key.logs': LOG_GROUPS,
  'aws_kms_key.tables': TABLES,
  'aws_sqs_queue.events_dlq': ['aws_sqs_queue.events'],
};
