import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, positiveInt, readEnv, text } from '@cloakroom/core';
import { createEventWriter } from '@cloakroom/events';
import { getErasure } from '@cloakroom/sessions';
import middy from '@middy/core';
import { storeEvent } from './store-event.ts';

const DAY_SECONDS = 24 * 60 * 60;

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  EVENTS_TABLE: text,
  EVENTS_RETENTION_DAYS: positiveInt,
});
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const { dynamodb } = aws;
const events = createEventWriter('client', {
  dynamodb,
  table: env.EVENTS_TABLE,
  retentionSeconds: env.EVENTS_RETENTION_DAYS * DAY_SECONDS,
});

/** Takes batches from the events queue; the mapping must have `ReportBatchItemFailures`. */
export const handler = middy()
  .use(aws)
  .handler(
    storeEvent({
      events,
      erasedAt: (user) => getErasure({ dynamodb, table: env.SESSIONS_TABLE }, user),
      telemetry,
    }),
  );
