import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { logStart, readEnv, startEnv } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { eventWriterEnv, eventWriterFrom } from '@cloakroom/events';
import { readErasures, sessionsTableEnv } from '@cloakroom/sessions';
import middy from '@middy/core';
import { storeEvent } from './store-event.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...sessionsTableEnv, ...eventWriterEnv });
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);

/** Takes batches from the events queue; the mapping must have `ReportBatchItemFailures`. */
export const handler = middy()
  .use(telemetry)
  .use(aws)
  .handler(
    storeEvent({
      events: eventWriterFrom(env, { aws, source: 'client' }),
      readErasures: (users) => readErasures({ items: aws.items, table: env.SESSIONS_TABLE }, users),
      telemetry,
    }),
  );

logStart(telemetry.log, env);
