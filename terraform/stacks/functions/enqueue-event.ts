import type { FunctionSpec } from '../function-spec.ts';

/** Takes events from clients and hands them to the queue. */
export const enqueueEvent: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: ({ eventsQueue }) => [{ sid: 'SendEvents', actions: ['sqs:SendMessage'], resources: [eventsQueue.arn] }],
  variables: ({ eventsQueue, environment }) => ({
    EVENTS_QUEUE_URL: eventsQueue.url,
    ALLOWED_ORIGINS: JSON.stringify(environment.allowedOrigins),
  }),
};
