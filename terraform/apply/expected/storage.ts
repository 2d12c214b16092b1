import { POLICY_OF_ALARMS_KEY } from './monitoring.ts';
import type { Variant } from './variant.ts';

/** The tables. */
export function expectedTables({ deletionProtection }: Variant) {
  const every = {
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'key of the tables' },
    DeletionProtectionEnabled: deletionProtection,
    timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
    pointInTimeRecovery: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
  };
  return {
    sessions: {
      ...every,
      attributes: ['user_key S', 'item S'],
      key: ['HASH user_key', 'RANGE item'],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
    events: { ...every, attributes: ['user_key S', 'event_key S'], key: ['HASH user_key', 'RANGE event_key'] },
  };
}

const CUSTOMER_KEY = {
  Enabled: true,
  KeyState: 'Enabled',
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  Origin: 'AWS_KMS',
  KeyRotationEnabled: true,
};

const KEY_OF_TABLES = {
  ...CUSTOMER_KEY,
  // KMS's own default: the account decides by IAM.
  policy: [
    {
      Sid: 'Enable IAM User Permissions',
      allow: ['kms:*'],
      to: ['AWS arn:aws:iam::123456789012:root'],
      on: ['*'],
    },
  ],
};

const KEY_OF_LOGS = {
  ...CUSTOMER_KEY,
  policy: [
    { Sid: 'DecideByIam', allow: ['kms:*'], to: ['AWS 123456789012'], on: ['*'] },
    {
      Sid: 'EncryptLogs',
      allow: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      to: ['Service logs.eu-central-1.amazonaws.com'],
      on: ['*'],
      // CloudWatch Logs says for which log group it asks.
      when: {
        'ArnEquals kms:EncryptionContext:aws:logs:arn': [
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-authorizer',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-create-session',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-enqueue-event',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-health',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-list-events',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-record-changes',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-refresh-keys',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-sessions-api',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-store-event',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/lambda/cloakroom-<env>-user-data',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/apigateway/cloakroom-<env>',
          'arn:*:logs:eu-central-1:123456789012:log-group:/aws/vpc/cloakroom-<env>-flow-logs',
        ],
      },
    },
  ],
};

/** The keys of KMS. */
export function expectedKeys({ hasLogKey, notified }: Variant) {
  return {
    'key of the tables': KEY_OF_TABLES,
    ...(hasLogKey ? { 'key of the logs': KEY_OF_LOGS } : {}),
    ...(notified === undefined ? {} : { 'key of the alarms': { ...CUSTOMER_KEY, policy: POLICY_OF_ALARMS_KEY } }),
  };
}

const DAY_SECONDS = 86_400;

function queue(name: string, retentionDays: number, visibilitySeconds: number) {
  return {
    MessageRetentionPeriod: String(retentionDays * DAY_SECONDS),
    VisibilityTimeout: String(visibilitySeconds),
    SqsManagedSseEnabled: 'true',
    DelaySeconds: '0',
    MaximumMessageSize: '262144',
    ReceiveMessageWaitTimeSeconds: '0',
    policy: [
      {
        Sid: 'RequireTls',
        deny: ['sqs:*'],
        to: ['*'],
        on: [`queue ${name}`],
        when: { 'Bool aws:SecureTransport': ['false'] },
      },
    ],
  };
}

/** The queues. A message comes back after six times what its consumer may take, and is a dead letter after five times. */
export const EXPECTED_QUEUES = {
  events: {
    ...queue('events', 4, 60),
    RedrivePolicy: { deadLetterTargetArn: 'queue events-dlq', maxReceiveCount: 5 },
  },
  'events-dlq': {
    ...queue('events-dlq', 14, 30),
    RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: ['queue events'] },
  },
  'changes-dlq': queue('changes-dlq', 14, 30),
  'schedules-dlq': queue('schedules-dlq', 14, 30),
};

const LOGS = [
  '/aws/lambda/authorizer',
  '/aws/lambda/create-session',
  '/aws/lambda/enqueue-event',
  '/aws/lambda/health',
  '/aws/lambda/list-events',
  '/aws/lambda/record-changes',
  '/aws/lambda/refresh-keys',
  '/aws/lambda/sessions-api',
  '/aws/lambda/store-event',
  '/aws/lambda/user-data',
  '/aws/vendedlogs/apigateway/cloakroom',
];

/** The log groups. */
export function expectedLogGroups({ hasLogKey, hasVpc, logRetentionDays }: Variant) {
  const names = hasVpc ? [...LOGS, '/aws/vpc/flow-logs'] : LOGS;
  const settings = { retentionInDays: logRetentionDays, ...(hasLogKey ? { kmsKeyId: 'key of the logs' } : {}) };
  return Object.fromEntries(names.map((name) => [name, settings]));
}
