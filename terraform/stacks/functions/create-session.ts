import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { findSessions, readKeySets } from './read-sessions.ts';
import { useTableKey } from './use-table-key.ts';

/** Opens a session for a verified token, in one transaction. */
export const createSession: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: (resources) => [
    readKeySets(resources),
    findSessions(resources),
    {
      sid: 'ReadAndChangeSessions',
      // A transaction needs the action of each of its items; there is none for the transaction itself.
      actions: [
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      resources: [resources.sessions.arn],
      condition: partitionKeys('U#*'),
    },
    useTableKey(resources),
  ],
  variables: ({ sessions, environment }) => ({
    SESSIONS_TABLE: sessions.name,
    ISSUERS: JSON.stringify(environment.issuers),
    KEYS_MAX_AGE_SECONDS: String(environment.keysMaxAgeSeconds),
    KEYS_FROM: environment.network === undefined ? 'provider' : 'table',
    ALLOWED_ORIGINS: JSON.stringify(environment.allowedOrigins),
    MAX_SESSIONS_PER_USER: String(environment.sessions.maxPerUser),
    SESSION_LIMIT_POLICY: environment.sessions.limitPolicy,
    MAX_CREATIONS_PER_HOUR: String(environment.sessions.maxCreationsPerHour),
    BOOTSTRAP_MAX_AUTH_AGE_SECONDS: String(environment.sessions.bootstrapMaxAuthAgeSeconds),
    BEARER_IDLE_SECONDS: String(environment.sessions.bearerIdleSeconds),
    SESSION_ABSOLUTE_SECONDS: String(environment.sessions.absoluteSeconds),
    LOGIN_MAX_LIFETIME_SECONDS: String(environment.sessions.loginMaxLifetimeSeconds),
    TOUCH_INTERVAL_SECONDS: String(environment.sessions.touchIntervalSeconds),
    IP_STORAGE: environment.sessions.ipStorage,
  }),
};
