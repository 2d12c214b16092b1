import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { readUsers, useTableKey } from './statements.ts';
import { eventWriterVariables, sessionsTableVariables } from './variables.ts';

/** Stores a batch of queued events, each by one conditional put. Of users it reads whether they were erased: then nothing is stored. */
export const storeEvent: FunctionSpec = {
  memoryMb: 256,
  timeoutSeconds: ({ storeEventTimeoutSeconds }) => storeEventTimeoutSeconds,
  insideVpc: true,
  statements: (resources) => [
    readUsers(resources),
    {
      // An event of somebody who is erased meanwhile is taken back.
      sid: 'StoreEvents',
      actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    useTableKey(resources),
  ],
  pollStatements: ({ eventsQueue }) => [
    {
      sid: 'TakeEvents',
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resources: [eventsQueue.arn],
    },
  ],
  variables: (resources) => ({ ...sessionsTableVariables(resources), ...eventWriterVariables(resources) }),
};
