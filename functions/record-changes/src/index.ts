import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, positiveInt, readEnv, systemNowMs, text } from '@cloakroom/core';
import { createDeadLetters, createEventWriter } from '@cloakroom/events';
import { getErasure } from '@cloakroom/sessions';
import middy from '@middy/core';
import { recordChanges } from './record-changes.ts';

const DAY_SECONDS = 24 * 60 * 60;

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  EVENTS_TABLE: text,
  EVENTS_RETENTION_DAYS: positiveInt,
  CHANGES_DEAD_LETTERS_URL: text,
});
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const { dynamodb } = aws;
const changes = recordChanges({
  events: createEventWriter('system', {
    dynamodb,
    table: env.EVENTS_TABLE,
    retentionSeconds: env.EVENTS_RETENTION_DAYS * DAY_SECONDS,
  }),
  erasedAt: (user) => getErasure({ dynamodb, table: env.SESSIONS_TABLE }, user),
  deadLetters: createDeadLetters({ sqs: aws.sqs, queueUrl: env.CHANGES_DEAD_LETTERS_URL }),
  nowMs: systemNowMs,
  telemetry,
});

/** Takes batches of the sessions table's stream; the mapping must have `ReportBatchItemFailures`. */
export const handler = middy().use(aws).handler(changes);
