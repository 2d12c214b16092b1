import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { useTableKey } from './use-table-key.ts';

/** Says whether the parts answer. It reads one key that holds nothing. GetCallerIdentity needs no permission. */
export const health: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: false,
  statements: (resources) => [
    {
      sid: 'ReachTables',
      actions: ['dynamodb:GetItem'],
      resources: [resources.sessions.arn, resources.events.arn],
      condition: partitionKeys('HEALTH#ready'),
    },
    { sid: 'ReachQueue', actions: ['sqs:GetQueueAttributes'], resources: [resources.eventsQueue.arn] },
    useTableKey(resources),
  ],
  variables: ({ sessions, events, eventsQueue, environment, version }) => ({
    SESSIONS_TABLE: sessions.name,
    EVENTS_TABLE: events.name,
    EVENTS_QUEUE_URL: eventsQueue.url,
    ALLOWED_ORIGINS: JSON.stringify(environment.allowedOrigins),
    CLOAKROOM_VERSION: version,
  }),
};
