import { createAwsSession } from '@cloakroom/aws';
import { createTelemetry, optional, readEnv, systemNowMs, text } from '@cloakroom/core';
import { createEventQueue } from '@cloakroom/events';
import { httpStack, origins } from '@cloakroom/http';
import { enqueueEvent } from './enqueue-event.ts';

const env = readEnv({
  AWS_REGION: text,
  CLOAKROOM_ROLE_ARN: optional(text, undefined),
  EVENTS_QUEUE_URL: text,
  ALLOWED_ORIGINS: origins,
});
const telemetry = createTelemetry();
const aws = createAwsSession({ region: env.AWS_REGION, roleArn: env.CLOAKROOM_ROLE_ARN, telemetry });
const queue = createEventQueue({ sqs: aws.sqs, queueUrl: env.EVENTS_QUEUE_URL });

/** `POST /users/{userId}/events` */
export const handler = httpStack(
  { 'POST /users/{userId}/events': enqueueEvent({ queue, nowMs: systemNowMs }) },
  { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws },
);
