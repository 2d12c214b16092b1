import { partitionKeys, partitionKeysAndAttributes } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { findSessions } from './read-sessions.ts';
import { useTableKey } from './use-table-key.ts';

/** A deletion names the key and nothing else; so these let a batch delete events, and not write any. */
const EVENT_KEY = ['user_key', 'event_key'];

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
      sid: 'TellEvents',
      actions: ['dynamodb:Query'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    {
      sid: 'EraseEvents',
      actions: ['dynamodb:BatchWriteItem'],
      resources: [resources.events.arn],
      condition: partitionKeysAndAttributes(['U#*'], EVENT_KEY),
    },
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
