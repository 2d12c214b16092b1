/** Of apps that were there before: one has a role by its name, the other has one with a path, and lists all sessions. */
export const ROLES_OF_WEB_APPS = ['shop-web', 'team/admin.web'] as const;

const OF_WEB_SESSION = [
  'user_key',
  'item',
  'prefix',
  'owner',
  'id',
  'provider_sid_hash',
  'created_at_ms',
  'idle_expires_at_ms',
  'absolute_expires_at_ms',
  'cookie',
  'keys',
  'ended_at_ms',
];
/** What every session has, as a user's entry of a web session has it. */
export const OF_WEB_ENTRY = [
  'web_created_at',
  'web_last_seen_at',
  'web_idle_expires_at',
  'web_absolute_expires_at',
  'web_ip',
  'web_user_agent',
  'web_sid_hash',
];
/** What an app changes of such an entry, and nothing that an entry of a login has but its version. */
const OF_ENTRY = ['web_hash', ...OF_WEB_ENTRY, 'web_sid_key', 'web_ended_as', 'web_ended_at', 'version'];

const limits = (partitions: readonly string[], names: readonly string[]) => ({
  'ForAllValues:StringLike dynamodb:LeadingKeys': partitions,
  'Null dynamodb:LeadingKeys': ['false'],
  'ForAllValues:StringEquals dynamodb:Attributes': names,
  'Null dynamodb:Attributes': ['false'],
});
const NAMED = { 'StringEqualsIfExists dynamodb:Select': ['SPECIFIC_ATTRIBUTES'] };

const ON_SESSIONS = { on: ['table sessions'] };

const STORE = [
  {
    Sid: 'ReadWebSessions',
    allow: ['dynamodb:GetItem'],
    ...ON_SESSIONS,
    when: { ...limits(['WEB#*'], OF_WEB_SESSION), ...NAMED },
  },
  {
    Sid: 'FindUserSessions',
    allow: ['dynamodb:Query'],
    ...ON_SESSIONS,
    when: {
      ...limits(
        ['U#*'],
        [
          ...['user_key', 'item', 'absolute_expires_at', 'created_at', 'erased_at', 'idle_expires_at', 'idle_seconds'],
          ...['idle_set_at', 'kind', 'last_seen_at', 'not_before', 'reauth_after', 'sid_hash', 'version'],
          ...['web_absolute_expires_at', 'web_created_at', 'web_ended_as', 'web_hash', 'web_idle_expires_at'],
          ...['web_last_seen_at', 'web_sid_hash'],
        ],
      ),
      ...NAMED,
    },
  },
  {
    Sid: 'ChangeWebSessions',
    allow: ['dynamodb:UpdateItem'],
    ...ON_SESSIONS,
    when: {
      ...limits(['WEB#*'], [...OF_WEB_SESSION, 'ttl']),
      'StringEqualsIfExists dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD'],
    },
  },
  {
    Sid: 'ChangeUserSessions',
    allow: ['dynamodb:ConditionCheckItem', 'dynamodb:UpdateItem'],
    ...ON_SESSIONS,
    when: {
      ...limits(['U#*', 'WEB#*'], [...OF_WEB_SESSION, ...OF_ENTRY]),
      'StringEqualsIfExists dynamodb:ReturnValues': ['NONE'],
    },
  },
  {
    Sid: 'UseTableKey',
    allow: ['kms:Decrypt'],
    on: ['key of the tables'],
    when: { 'StringEquals kms:ViaService': ['dynamodb.eu-central-1.amazonaws.com'] },
  },
];

const SCAN = {
  Sid: 'ScanWebSessions',
  allow: ['dynamodb:Scan'],
  ...ON_SESSIONS,
  when: {
    'ForAllValues:StringEquals dynamodb:Attributes': OF_WEB_SESSION,
    'Null dynamodb:Attributes': ['false'],
    ...NAMED,
  },
};

const TRUST_ECS = [{ allow: ['sts:AssumeRole'], to: ['Service ecs-tasks.amazonaws.com'] }];
const POLICY = 'cloakroom-<env>-web-sessions';

/** Their roles, which trust whom they did. */
export const WEB_APPS = {
  'shop-web': { trust: TRUST_ECS, policies: { [POLICY]: STORE } },
  'admin.web': { trust: TRUST_ECS, policies: { [POLICY]: [...STORE, SCAN] } },
};

const pass = (role: string, actions: readonly string[]) => ({
  allow: actions.map((action) => `dynamodb:${action}`),
  to: ['*'],
  ...ON_SESSIONS,
  when: { 'ArnEquals aws:PrincipalArn': [`role ${role}`] },
});

/** What passes the endpoint of DynamoDB for them. */
export const PASS_FOR_WEB_APPS = [
  pass('shop-web', ['ConditionCheckItem', 'GetItem', 'Query', 'UpdateItem']),
  pass('admin.web', ['ConditionCheckItem', 'GetItem', 'Query', 'Scan', 'UpdateItem']),
];
