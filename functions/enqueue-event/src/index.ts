import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { sqsFrom } from '@cloakroom/aws/sqs';
import { logStart, readEnv, startEnv, systemNowMs, text } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { createEventQueue } from '@cloakroom/events';
import { httpEnv, httpStack } from '@cloakroom/http';
import { enqueueEvent } from './enqueue-event.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...httpEnv, EVENTS_QUEUE_URL: text });
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const queue = createEventQueue({ sqs: sqsFrom(aws), queueUrl: env.EVENTS_QUEUE_URL });

/** `POST /users/{userId}/events` */
export const handler = httpStack(
  { 'POST /users/{userId}/events': enqueueEvent({ queue, nowMs: systemNowMs, telemetry }) },
  { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws },
);

logStart(telemetry.log, env);
