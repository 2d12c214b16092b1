/*
 * What stands besides where people sign in by browser, at a provider that sends logout tokens, written down for people, and not taken from the code that makes it.
 */

const KEY = 'key of what providers gave for sessions, and the secrets of clients';

const anybody = { AuthorizationType: 'NONE', integration: { invokes: 'function token-handler:live' } };

const onSessions = (Sid: string, allow: readonly string[], ...keys: readonly string[]) => ({
  Sid,
  allow,
  on: ['table sessions'],
  when: {
    'ForAllValues:StringLike dynamodb:LeadingKeys': keys,
    'Null dynamodb:LeadingKeys': ['false'],
  },
});

/** @param runtime Node's, as it was applied */
export function expectedForBrowsers(runtime: string) {
  return {
    apis: {
      cloakroom: {
        routes: {
          'GET /auth/login': anybody,
          'GET /auth/callback/{alias}': anybody,
          'GET /auth/left': anybody,
          'GET /auth/session': anybody,
          'POST /auth/refresh': anybody,
          'POST /auth/logout': anybody,
          'POST /auth/backchannel-logout': {
            AuthorizationType: 'NONE',
            integration: { invokes: 'function backchannel-logout:live' },
          },
        },
      },
    },
    functions: {
      'token-handler': {
        Runtime: runtime,
        MemorySize: 512,
        Timeout: 28,
        Role: 'role token-handler',
        variables: {
          SESSIONS_TABLE: 'cloakroom-<env>-sessions',
          TOKENS_KEY_ARN: KEY,
          HAND_IN: 'disabled',
          PUBLIC_URL: 'https://api.dev.example.com',
          SESSION_COOKIE_NAME: '__Host-cloakroom',
          SESSION_SAME_SITE: 'Lax',
        },
      },
      'backchannel-logout': {
        Runtime: runtime,
        MemorySize: 512,
        Timeout: 15,
        Role: 'role backchannel-logout',
        variables: { SESSIONS_TABLE: 'cloakroom-<env>-sessions', KEYS_FROM: 'provider' },
      },
    },
    roles: {
      'token-handler': {
        policies: {
          code: [
            { Sid: 'ReadKeySets' },
            { Sid: 'FindSessions' },
            onSessions(
              'ReadAndChangeSessions',
              [
                'dynamodb:ConditionCheckItem',
                'dynamodb:DeleteItem',
                'dynamodb:GetItem',
                'dynamodb:PutItem',
                'dynamodb:UpdateItem',
              ],
              'U#*',
              'WEB#*',
              'SID#*',
            ),
            onSessions('KeepFlows', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], 'FLOW#*'),
            { Sid: 'UseTableKey', allow: ['kms:Decrypt'], on: ['key of the tables'] },
            { Sid: 'SealTokens', allow: ['kms:Decrypt', 'kms:GenerateDataKey'], on: [KEY] },
            { Sid: 'ReadClientSecrets', allow: ['secretsmanager:GetSecretValue'] },
          ],
        },
      },
      'backchannel-logout': {
        policies: {
          code: [
            { Sid: 'ReadKeySets' },
            { Sid: 'FindSessions' },
            onSessions(
              'EndSessions',
              ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
              'U#*',
              'WEB#*',
            ),
            onSessions('EndProviderSessions', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], 'SID#*'),
            { Sid: 'UseTableKey', allow: ['kms:Decrypt'], on: ['key of the tables'] },
          ],
        },
      },
    },
    keys: {
      [KEY]: {
        KeyRotationEnabled: true,
        KeySpec: 'SYMMETRIC_DEFAULT',
        policy: [
          { Sid: 'DecideByIam', allow: ['kms:*'], to: ['AWS 123456789012'], on: ['*'] },
          {
            Sid: 'NobodyElseDecrypts',
            deny: ['kms:Decrypt', 'kms:ReEncryptFrom'],
            to: ['*'],
            on: ['*'],
            when: {
              'ArnNotEquals aws:PrincipalArn': ['arn:*:iam::123456789012:role/cloakroom-<env>-token-handler'],
              'StringNotEquals kms:ViaService': ['secretsmanager.eu-central-1.amazonaws.com'],
            },
          },
        ],
      },
    },
    logGroups: {
      '/aws/lambda/backchannel-logout': { retentionInDays: 7 },
      '/aws/lambda/token-handler': { retentionInDays: 7 },
    },
  };
}
