import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { sqsFrom } from '@cloakroom/aws/sqs';
import { logStart, readEnv, startEnv, systemNowMs, text } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { createDeadLetters, eventWriterEnv, eventWriterFrom } from '@cloakroom/events';
import { followUpsFrom, readErasures, sessionEnv } from '@cloakroom/sessions';
import middy from '@middy/core';
import { recordChanges } from './record-changes.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...sessionEnv, ...eventWriterEnv, CHANGES_DEAD_LETTERS_URL: text });
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const nowMs = systemNowMs;
const changes = recordChanges({
  events: eventWriterFrom(env, { aws, source: 'system' }),
  readErasures: (users) => readErasures({ items: aws.items, table: env.SESSIONS_TABLE }, users),
  followUps: followUpsFrom(env, { aws, nowMs }),
  deadLetters: createDeadLetters({ sqs: sqsFrom(aws), queueUrl: env.CHANGES_DEAD_LETTERS_URL }),
  nowMs,
  telemetry,
});

/** Takes batches of the sessions table's stream; the mapping must have `ReportBatchItemFailures`. */
export const handler = middy().use(telemetry).use(aws).handler(changes);

logStart(telemetry.log, env);
