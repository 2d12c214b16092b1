import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { useTableKey } from './use-table-key.ts';

/** Stores a batch of queued events, each by one conditional put. */
export const storeEvent: FunctionSpec = {
  memoryMb: 256,
  timeoutSeconds: ({ storeEventTimeoutSeconds }) => storeEventTimeoutSeconds,
  insideVpc: true,
  statements: (resources) => [
    {
      sid: 'StoreEvents',
      actions: ['dynamodb:PutItem'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    useTableKey(resources),
  ],
  feeding: ({ eventsQueue }) => [
    {
      sid: 'TakeEvents',
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resources: [eventsQueue.arn],
    },
  ],
  variables: ({ events, environment }) => ({
    EVENTS_TABLE: events.name,
    EVENTS_RETENTION_DAYS: String(environment.eventsRetentionDays),
  }),
};
