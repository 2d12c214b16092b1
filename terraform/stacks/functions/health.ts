import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { useTableKey } from './statements.ts';
import { eventsTableVariables, httpVariables, sessionsTableVariables } from './variables.ts';

/**
 * Says whether the parts answer, from where the others ask them: inside the VPC where there is one. It reads one key that
 * holds nothing. GetCallerIdentity needs no permission.
 */
export const health: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
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
  variables: (resources) => ({
    ...httpVariables(resources),
    ...sessionsTableVariables(resources),
    ...eventsTableVariables(resources),
    EVENTS_QUEUE_URL: resources.eventsQueue.url,
  }),
};
