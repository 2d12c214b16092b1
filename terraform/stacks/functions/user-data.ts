import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { readCursorKey } from './read-cursor-key.ts';
import { findSessions } from './read-sessions.ts';
import { useTableKey } from './use-table-key.ts';

/** Tells all that is kept of a user, or erases it, for as long as API Gateway waits. */
export const userData: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 28,
  insideVpc: true,
  statements: (resources) => [
    {
      sid: 'TellAndEndSessions',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys('U#*'),
    },
    findSessions(resources),
    {
      sid: 'TellAndEraseEvents',
      actions: ['dynamodb:DeleteItem', 'dynamodb:Query'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    readCursorKey(resources),
    useTableKey(resources),
  ],
  variables: ({ sessions, events, environment }) => ({
    SESSIONS_TABLE: sessions.name,
    EVENTS_TABLE: events.name,
    ISSUERS: JSON.stringify(environment.issuers),
    ALLOWED_ORIGINS: JSON.stringify(environment.allowedOrigins),
    BEARER_IDLE_SECONDS: String(environment.sessions.bearerIdleSeconds),
    LOGIN_MAX_LIFETIME_SECONDS: String(environment.sessions.loginMaxLifetimeSeconds),
    TOUCH_INTERVAL_SECONDS: String(environment.sessions.touchIntervalSeconds),
  }),
};
