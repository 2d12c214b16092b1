import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { KmsKeyPolicy } from '@cdktf/provider-aws/lib/kms-key-policy/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/** Days in which a deleted key can be had back; the shortest KMS offers. Nothing is kept under it. */
const DELETION_WINDOW_DAYS = 7;

export interface AlarmTopicProps {
  readonly name: string;
  /** Of its key. */
  readonly description: string;
  readonly region: string;
  /** What the names of the alarms that may write to it begin with. */
  readonly alarmPrefix: string;
  /** E-mail addresses, each of which has to confirm, and https: URLs. */
  readonly notify: readonly string[];
}

/**
 * Where alarms tell people, `aws_sns_topic.<id>`, under a key of its own: with the key that AWS manages for SNS no alarm could write to
 * it, since its policy cannot be changed. Both policies admit CloudWatch, for these alarms of this account.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, description, region, alarmPrefix, notify }: AlarmTopicProps) {
    super(scope, id);
    const key = new KmsKey(this, 'key', {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
    });
    fixedId(key, id);
    const topic = fixedId(new SnsTopic(this, 'this', { name, kmsMasterKeyId: key.arn }), id);
    const { arn, owner } = topic;
    const ourAlarms = {
      StringEquals: { 'aws:SourceAccount': owner },
      ArnLike: { 'aws:SourceArn': `arn:*:cloudwatch:${region}:${owner}:alarm:${alarmPrefix}*` },
    };
    // Beside the key and not in it: it names the topic's owner, and the topic names the key.
    const keyPolicy = new KmsKeyPolicy(this, 'key-policy', {
      keyId: key.keyId,
      policy: document(decideByIam(owner), {
        Sid: 'AlarmsWriteToTheTopic',
        Effect: 'Allow',
        Principal: CLOUDWATCH,
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: ourAlarms,
      }),
    });
    fixedId(keyPolicy, id);
    const policy = new SnsTopicPolicy(this, 'policy', {
      arn,
      policy: document(requireTls(arn), {
        Sid: 'AlarmsPublish',
        Effect: 'Allow',
        Principal: CLOUDWATCH,
        Action: 'sns:Publish',
        Resource: arn,
        Condition: ourAlarms,
      }),
    });
    fixedId(policy, id);
    for (const endpoint of notify) {
      const protocol = endpoint.startsWith('https:') ? 'https' : 'email';
      const subscription = new SnsTopicSubscription(this, endpoint, { topicArn: arn, protocol, endpoint });
      fixedId(subscription, `${id}_${endpoint.replace(/^https:\/\//, '').replace(/[^A-Za-z0-9]+/g, '_')}`);
    }
    this.arn = arn;
  }
}

const CLOUDWATCH = { Service: 'cloudwatch.amazonaws.com' };

function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** As with a key that has no policy of its own. */
function decideByIam(accountId: string): object {
  return { Sid: 'DecideByIam', Effect: 'Allow', Principal: { AWS: accountId }, Action: 'kms:*', Resource: '*' };
}

function requireTls(arn: string): object {
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  return { Sid: 'RequireTls', Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: arn, Condition };
}
