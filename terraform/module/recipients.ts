import type { TerraformDocument } from '../synthesis/terraform-document.ts';

/** The topic of alarms, where there is one, with a subscription for each of `var.alarms_notify`. */
export function withRecipients(resource: TerraformDocument['resource']): TerraformDocument['resource'] {
  if (resource.aws_sns_topic?.alarms === undefined) return resource;
  const alarms = {
    for_each: '${toset(var.alarms_notify)}',
    topic_arn: '${aws_sns_topic.alarms.arn}',
    protocol: '${startswith(each.value, "https:") ? "https" : "email"}',
    endpoint: '${each.value}',
  };
  return { ...resource, aws_sns_topic_subscription: { alarms } };
}
