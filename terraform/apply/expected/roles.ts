import type { Variant } from './variant.ts';
import { OF_WEB_ENTRY, WEB_APPS } from './web-apps.ts';

/** One thing that is allowed. */
interface Allowed {
  readonly Sid: string;
  readonly allow: readonly string[];
  readonly on: readonly string[];
  readonly when?: Readonly<Record<string, readonly string[]>>;
}

/** What a function's code does. `fromVpc`: where the function is in a VPC, only from there. */
interface Done extends Allowed {
  readonly fromVpc?: true;
}

/** Only these partitions; naming none is refused too. */
const partitions = (...keys: readonly string[]) => ({
  'ForAllValues:StringLike dynamodb:LeadingKeys': keys,
  'Null dynamodb:LeadingKeys': ['false'],
});
/** Only these attributes. */
const attributes = (names: readonly string[]) => ({
  'ForAllValues:StringEquals dynamodb:Attributes': names,
  'Null dynamodb:Attributes': ['false'],
});
/** Only what is asked for by name. */
const NAMED = { 'StringEqualsIfExists dynamodb:Select': ['SPECIFIC_ATTRIBUTES'] };
/** Nothing of the item is returned. */
const NOTHING_RETURNED = { 'StringEqualsIfExists dynamodb:ReturnValues': ['NONE'] };

const KEY = ['user_key', 'item'];
const OF_SESSION = [
  ...KEY,
  'kind',
  'created_at',
  'last_seen_at',
  'idle_expires_at',
  'absolute_expires_at',
  'auth_time',
  'login_id',
  'client_id',
  'scope',
  'groups',
  'acr',
  'amr',
  'ip',
  'user_agent',
  'device',
  'sid_hash',
  'roles',
  'web_hash',
  'version',
  'ttl',
  'idle_seconds',
  'idle_set_at',
  'web_ended_as',
  'web_ended_at',
  'family_hash',
  'secret_hash',
  'recheck_at',
  'recheck_due_at',
  'renewed_at',
  'previous_secret_hash',
  'rotation_nonce',
  'confirmed_at',
  ...OF_WEB_ENTRY,
];
/** Besides what sessions have too. */
const OF_ENDED = ['reason', 'ended_at', 'burnt_at'];
const OF_USER = ['version', 'not_before', 'reauth_after', 'recent_creations', 'recent_silent', 'erased_at'];

const ON_SESSIONS = { on: ['table sessions'], fromVpc: true } as const;
const ON_EVENTS = { on: ['table events'], fromVpc: true } as const;

const READ_KEY_SETS: Done = {
  Sid: 'ReadKeySets',
  allow: ['dynamodb:GetItem'],
  ...ON_SESSIONS,
  when: { ...partitions('KEYS#*'), ...attributes([...KEY, 'jwks', 'fetched_at']), ...NAMED },
};
const READ_CURSOR_KEY: Done = {
  Sid: 'ReadCursorKey',
  allow: ['dynamodb:GetItem'],
  ...ON_SESSIONS,
  when: partitions('KEYS#~cursor'),
};
const READ_USERS: Done = {
  Sid: 'ReadUsers',
  allow: ['dynamodb:BatchGetItem'],
  ...ON_SESSIONS,
  when: { ...partitions('U#*'), ...attributes([...KEY, ...OF_USER]), ...NAMED },
};
const FIND_SESSIONS: Done = {
  Sid: 'FindSessions',
  allow: ['dynamodb:Query'],
  ...ON_SESSIONS,
  when: { ...partitions('U#*'), ...attributes([...new Set([...OF_SESSION, ...OF_USER])]), ...NAMED },
};
const READ_AND_CHANGE_SESSIONS: Done = {
  Sid: 'ReadAndChangeSessions',
  allow: [
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ],
  ...ON_SESSIONS,
  when: partitions('U#*', 'WEB#*'),
};
const STORE_EVENTS: Done = {
  Sid: 'StoreEvents',
  allow: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
  ...ON_EVENTS,
  when: partitions('U#*'),
};
/** Of the tables' key, through DynamoDB alone. */
const USE_TABLE_KEY: Done = {
  Sid: 'UseTableKey',
  allow: ['kms:Decrypt'],
  on: ['key of the tables'],
  when: { 'StringEquals kms:ViaService': ['dynamodb.eu-central-1.amazonaws.com'] },
};

/** What the code of each function may do, and whether the function is in the VPC where there is one. */
const FUNCTIONS: Readonly<Record<string, { readonly insideVpc: boolean; readonly code: readonly Done[] }>> = {
  authorizer: {
    insideVpc: true,
    code: [
      {
        Sid: 'ReadSessions',
        allow: ['dynamodb:GetItem'],
        ...ON_SESSIONS,
        when: { ...partitions('U#*'), ...attributes([...OF_SESSION, ...OF_ENDED]), ...NAMED },
      },
      READ_KEY_SETS,
      {
        Sid: 'TouchSessions',
        allow: ['dynamodb:UpdateItem'],
        ...ON_SESSIONS,
        when: {
          ...partitions('U#*'),
          ...attributes([...KEY, 'last_seen_at', 'idle_expires_at', 'confirmed_at', 'web_ended_as']),
          ...NOTHING_RETURNED,
        },
      },
      USE_TABLE_KEY,
    ],
  },
  'create-session': {
    insideVpc: true,
    code: [READ_KEY_SETS, FIND_SESSIONS, READ_AND_CHANGE_SESSIONS, USE_TABLE_KEY],
  },
  'enqueue-event': {
    insideVpc: true,
    code: [{ Sid: 'SendEvents', allow: ['sqs:SendMessage'], on: ['queue events'], fromVpc: true }],
  },
  health: {
    insideVpc: true,
    code: [
      {
        Sid: 'ReachTables',
        allow: ['dynamodb:GetItem'],
        on: ['table sessions', 'table events'],
        fromVpc: true,
        when: partitions('HEALTH#ready'),
      },
      { Sid: 'ReachQueue', allow: ['sqs:GetQueueAttributes'], on: ['queue events'], fromVpc: true },
      USE_TABLE_KEY,
    ],
  },
  'list-events': {
    insideVpc: true,
    code: [
      { Sid: 'ListEvents', allow: ['dynamodb:Query'], ...ON_EVENTS, when: partitions('U#*') },
      READ_CURSOR_KEY,
      USE_TABLE_KEY,
    ],
  },
  'record-changes': {
    insideVpc: true,
    code: [
      {
        Sid: 'ReadSessionsAndUsers',
        allow: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
        ...ON_SESSIONS,
        when: {
          ...partitions('U#*'),
          ...attributes([...new Set([...OF_SESSION, ...OF_ENDED, ...OF_USER, 'web_sid_key'])]),
          ...NAMED,
        },
      },
      {
        Sid: 'FollowUpWebSessions',
        allow: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        ...ON_SESSIONS,
        when: partitions('U#*', 'WEB#*', 'SID#*'),
      },
      STORE_EVENTS,
      // Lambda sends too, in the role's name and from outside of the VPC.
      { Sid: 'GiveUpChanges', allow: ['sqs:SendMessage'], on: ['queue changes-dlq'] },
      USE_TABLE_KEY,
      {
        Sid: 'TakeChanges',
        allow: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        on: ['stream of table sessions'],
      },
    ],
  },
  'refresh-keys': {
    insideVpc: false,
    code: [
      { Sid: 'StoreKeys', allow: ['dynamodb:PutItem'], on: ['table sessions'], when: partitions('KEYS#*') },
      READ_KEY_SETS,
      { Sid: 'GiveUpRuns', allow: ['sqs:SendMessage'], on: ['queue schedules-dlq'] },
      USE_TABLE_KEY,
    ],
  },
  'sessions-api': {
    insideVpc: true,
    code: [
      READ_AND_CHANGE_SESSIONS,
      {
        Sid: 'FindSessionsAndData',
        allow: ['dynamodb:Query'],
        ...ON_SESSIONS,
        when: { ...partitions('U#*'), ...attributes([...new Set([...OF_SESSION, ...OF_USER, 'data'])]), ...NAMED },
      },
      {
        Sid: 'ListAllSessions',
        allow: ['dynamodb:Scan'],
        ...ON_SESSIONS,
        when: { ...attributes(OF_SESSION), ...NAMED },
      },
      READ_CURSOR_KEY,
      USE_TABLE_KEY,
    ],
  },
  'store-event': {
    insideVpc: true,
    code: [
      READ_USERS,
      STORE_EVENTS,
      USE_TABLE_KEY,
      {
        Sid: 'TakeEvents',
        allow: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        on: ['queue events'],
      },
    ],
  },
  'user-data': {
    insideVpc: true,
    code: [
      {
        Sid: 'TellAndEndSessions',
        allow: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        ...ON_SESSIONS,
        when: partitions('U#*', 'WEB#*'),
      },
      FIND_SESSIONS,
      {
        Sid: 'TellAndEraseEvents',
        allow: ['dynamodb:DeleteItem', 'dynamodb:Query'],
        ...ON_EVENTS,
        when: partitions('U#*'),
      },
      READ_CURSOR_KEY,
      USE_TABLE_KEY,
    ],
  },
};

/** What Lambda does in a function's name: write its log. */
const writeLog = (name: string): Allowed => ({
  Sid: 'WriteLog',
  allow: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  on: [`log /aws/lambda/${name}:*`],
});

const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Where Lambda sends traces in its name. */
const SEND_TRACES: Allowed = {
  Sid: 'SendTraces',
  allow: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  on: ['*'],
};

/** Lambda places the interfaces of a function inside the VPC, and the function's own code may not. */
const placeInterfaces = (name: string) => [
  { Sid: 'PlaceNetworkInterfaces', allow: INTERFACE_ACTIONS, on: ['*'] },
  {
    Sid: 'LeaveThemToLambda',
    deny: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'],
    on: ['*'],
    when: { 'ArnEquals lambda:SourceFunctionArn': [`arn:*:lambda:*:*:function:cloakroom-<env>-${name}`] },
  },
];

/** Of the flow logs: it writes to their log group, and makes none. */
const FLOW_LOGS = {
  trust: [
    {
      allow: ['sts:AssumeRole'],
      to: ['Service vpc-flow-logs.amazonaws.com'],
      // The service works for everybody.
      when: {
        'StringEquals aws:SourceAccount': ['123456789012'],
        'ArnLike aws:SourceArn': ['arn:*:ec2:eu-central-1:123456789012:vpc-flow-log/*'],
      },
    },
  ],
  policies: {
    write: [
      { Sid: 'FindLogGroup', allow: ['logs:DescribeLogGroups'], on: ['*'] },
      {
        Sid: 'WriteFlowLog',
        allow: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        on: ['log /aws/vpc/flow-logs', 'log /aws/vpc/flow-logs:*'],
      },
    ],
  },
};

/** Every role: one for each function, one for the flow logs of the VPC, and those of web apps that were there before. */
export function expectedRoles({ hasSettings, hasVpc, hasWebApps }: Variant) {
  const FROM_VPC = { 'StringEquals aws:SourceVpc': ['vpc cloakroom'] };
  const roles = Object.entries(FUNCTIONS).map(([name, { insideVpc, code }]) => {
    // A function that moves has the policies for both sides while it does.
    const suffix = insideVpc && hasVpc ? '-vpc cloakroom' : '';
    const policies = {
      [`code${suffix}`]: code.map(({ fromVpc, ...statement }) =>
        fromVpc && insideVpc && hasVpc ? { ...statement, when: { ...statement.when, ...FROM_VPC } } : statement,
      ),
      [`runtime${suffix}`]: [
        writeLog(name),
        ...(name === 'authorizer' && hasSettings ? [SEND_TRACES] : []),
        ...(insideVpc && hasVpc ? placeInterfaces(name) : []),
      ],
    };
    return [name, { trust: TRUST_LAMBDA, policies }] as const;
  });
  return {
    ...Object.fromEntries(roles),
    ...(hasVpc ? { 'flow-logs': FLOW_LOGS } : {}),
    ...(hasWebApps ? WEB_APPS : {}),
  };
}

const TRUST_LAMBDA = [{ allow: ['sts:AssumeRole'], to: ['Service lambda.amazonaws.com'] }];
