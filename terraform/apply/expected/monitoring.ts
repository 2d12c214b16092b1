import type { Variant } from './variant.ts';

const CLOUDWATCH = ['Service cloudwatch.amazonaws.com'];
const OF_OUR_ALARMS = {
  'StringEquals aws:SourceAccount': ['123456789012'],
  'ArnLike aws:SourceArn': ['arn:*:cloudwatch:eu-central-1:123456789012:alarm:cloakroom-<env>-*'],
};

/** The policy of the topic's key. */
export const POLICY_OF_ALARMS_KEY = [
  { Sid: 'DecideByIam', allow: ['kms:*'], to: ['AWS 123456789012'], on: ['*'] },
  {
    Sid: 'AlarmsWriteToTheTopic',
    allow: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    to: CLOUDWATCH,
    on: ['*'],
    when: OF_OUR_ALARMS,
  },
];

/** The topics. */
export function expectedTopics({ notified }: Variant) {
  if (notified === undefined) return {};
  const policy = [
    {
      Sid: 'RequireTls',
      deny: ['sns:Publish'],
      to: ['*'],
      on: ['topic alarms'],
      when: { 'Bool aws:SecureTransport': ['false'] },
    },
    { Sid: 'AlarmsPublish', allow: ['sns:Publish'], to: CLOUDWATCH, on: ['topic alarms'], when: OF_OUR_ALARMS },
  ];
  return { alarms: { KmsMasterKeyId: 'key of the alarms', policy, tells: notified } };
}

type Operator = '>' | '<';

/** @param math of the metrics by their ids; where there is none, the metric is the figure */
function alarm(
  id: string,
  [operator, threshold]: readonly [Operator, number],
  { periods = '1 of 1', missing = 'notBreaching', math }: { periods?: string; missing?: string; math?: string },
  of: readonly string[],
) {
  const comparison = operator === '>' ? 'GreaterThanThreshold' : 'LessThanThreshold';
  return {
    fires: `${comparison} ${threshold}, ${periods}, missing is ${missing}`,
    ...(math === undefined ? {} : { math }),
    of,
    tells: ['topic alarms', 'topic alarms when it is over'],
    isOn: true,
    runbook: `docs/runbooks/${id}.md`,
  };
}

const own = (service: string, name: string, seconds = 300) =>
  `Sum of cloakroom-<env> ${name} (service ${service}), ${seconds} s`;
const lambda = (name: string, of: string, statistic = 'Sum', seconds = 300) =>
  `${statistic} of AWS/Lambda ${of} (FunctionName cloakroom-<env>-${name}), ${seconds} s`;
const table = (name: string, of: string) => `Sum of AWS/DynamoDB ${of} (TableName cloakroom-<env>-${name}), 300 s`;
const queue = (name: string, of: string) => `Maximum of AWS/SQS ${of} (QueueName cloakroom-<env>-${name}), 300 s`;
const sum = (...ids: readonly string[]) => `SUM([${ids.map((id) => `FILL(${id}, 0)`).join(', ')}])`;

/** What answers clients. */
const ANSWERING = [
  'authorizer',
  'create-session',
  'enqueue-event',
  'health',
  'list-events',
  'sessions-api',
  'user-data',
];
const idOf = (name: string) => name.replaceAll('-', '_');
const DECISIONS = sum('allowed', 'denied', 'unauthorized');
const SIGN_INS = sum('created', 'existing', 'refused', 'failed');

const ALARMS = {
  'authorizer-errors': alarm(
    'authorizer-errors',
    ['>', 5],
    { periods: '3 of 5', math: `MAX([FILL(undecided, 0), FILL(errors, 0) - ${sum('unauthorized', 'not_yet_known')}])` },
    [
      `undecided: ${own('authorizer', 'AuthorizerErrors', 60)}`,
      `errors: ${lambda('authorizer', 'Errors', 'Sum', 60)}`,
      `unauthorized: ${own('authorizer', 'AuthorizerUnauthorized', 60)}`,
      `not_yet_known: ${own('authorizer', 'KeyNotYetKnown', 60)}`,
    ],
  ),
  'denied-rate': alarm(
    'denied-rate',
    ['>', 50],
    { periods: '2 of 3', math: `IF(${DECISIONS} >= 100, 100 * ${sum('denied', 'unauthorized')} / ${DECISIONS}, 0)` },
    [
      `allowed: ${own('authorizer', 'AuthorizerAllowed')}`,
      `denied: ${own('authorizer', 'AuthorizerDenied')}`,
      `unauthorized: ${own('authorizer', 'AuthorizerUnauthorized')}`,
    ],
  ),
  'key-set-age': alarm('key-set-age', ['>', 3600], { missing: 'breaching' }, [
    'Maximum of cloakroom-<env> KeySetAge (service refresh-keys), 900 s',
  ]),
  'api-errors': alarm('api-errors', ['>', 5], {}, ['Sum of AWS/ApiGateway 5xx (ApiId api cloakroom), 300 s']),
  'authorizer-latency': alarm('authorizer-latency', ['>', 1000], { periods: '3 of 3' }, [
    lambda('authorizer', 'Duration', 'p99'),
  ]),
  'queue-age': alarm('queue-age', ['>', 600], {}, [queue('events', 'ApproximateAgeOfOldestMessage')]),
  'stream-age': alarm('stream-age', ['>', 300], { math: 'milliseconds / 1000' }, [
    `milliseconds: ${lambda('record-changes', 'IteratorAge', 'Maximum')}`,
  ]),
  'dead-letters': alarm('dead-letters', ['>', 0], { math: sum('events', 'changes') }, [
    `events: ${queue('events-dlq', 'ApproximateNumberOfMessagesVisible')}`,
    `changes: ${queue('changes-dlq', 'ApproximateNumberOfMessagesVisible')}`,
  ]),
  'function-throttles': alarm(
    'function-throttles',
    ['>', 10],
    { math: sum(...ANSWERING.map(idOf)) },
    ANSWERING.map((name) => `${idOf(name)}: ${lambda(name, 'Throttles')}`),
  ),
  'table-throttles': alarm(
    'table-throttles',
    ['>', 10],
    { math: sum('sessions_reads', 'sessions_writes', 'events_reads', 'events_writes') },
    [
      `sessions_reads: ${table('sessions', 'ReadThrottleEvents')}`,
      `sessions_writes: ${table('sessions', 'WriteThrottleEvents')}`,
      `events_reads: ${table('events', 'ReadThrottleEvents')}`,
      `events_writes: ${table('events', 'WriteThrottleEvents')}`,
    ],
  ),
  'sign-in-success': alarm(
    'sign-in-success',
    ['<', 80],
    { periods: '2 of 3', math: `IF(${SIGN_INS} >= 20, 100 * ${sum('created', 'existing')} / ${SIGN_INS}, 100)` },
    [
      `created: ${own('create-session', 'SessionsCreated')}`,
      `existing: ${own('create-session', 'SessionsExisting')}`,
      `refused: ${own('create-session', 'SessionsRefused')}`,
      `failed: ${own('create-session', 'SessionsFailed')}`,
    ],
  ),
  'credential-refreshes': alarm(
    'credential-refreshes',
    ['>', 10],
    { math: sum(...ANSWERING.map(idOf), 'store_event') },
    [...ANSWERING, 'store-event'].map((name) => `${idOf(name)}: ${own(name, 'CredentialRefresh')}`),
  ),
  revocations: alarm('revocations', ['>', 100], {}, [own('sessions-api', 'SessionsRevoked')]),
  'refused-tokens': alarm('refused-tokens', ['>', 1000], { math: sum('authorizer', 'create_session') }, [
    `authorizer: ${own('authorizer', 'AuthorizerUnauthorized')}`,
    `create_session: ${own('create-session', 'HttpUnauthorized')}`,
  ]),
};

/** The alarms. */
export function expectedAlarms({ notified }: Variant) {
  return notified === undefined ? {} : ALARMS;
}

/** The dashboards. */
export function expectedDashboards({ notified }: Variant) {
  if (notified === undefined) return {};
  const graphs = [
    'Sign-ins made',
    'Sign-ins refused or failed, by reason',
    'Bootstraps let through by the authorizer',
    'Sessions revoked',
    'Decisions',
    'Denied and refused, by reason',
    'Denied and refused, by route',
    'Allowed, by route',
    'Latency of the authorizer',
    'Errors of the authorizer',
    'Age of the oldest key set',
    'Refreshes of credentials that AWS refused',
    '401s of functions that check the token themselves, by reason',
    'Events accepted and stored',
    'Dead letters',
    'Age of what waits',
    'Consumption of the tables',
    'Throttles of the tables',
    'Errors of the tables, by operation',
    'Errors of functions (of the authorizer, its 401s too)',
    'Throttles of functions',
    'Answers of the API',
    'A million requests',
  ];
  const alarms = Object.keys(ALARMS).map((id) => `alarm ${id}`);
  return { 'cloakroom-<env>': { alarms: alarms.sort(), graphs } };
}
