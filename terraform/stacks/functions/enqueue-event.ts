import type { FunctionSpec } from '../function-spec.ts';
import { httpVariables } from './variables.ts';

/** Takes events from clients and hands them to the queue. */
export const enqueueEvent: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: ({ eventsQueue }) => [{ sid: 'SendEvents', actions: ['sqs:SendMessage'], resources: [eventsQueue.arn] }],
  variables: (resources) => ({ ...httpVariables(resources), EVENTS_QUEUE_URL: resources.eventsQueue.url }),
};
