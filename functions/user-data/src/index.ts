import { cursorsFrom, issuersAdministeredBy, issuersEnv, issuersFrom, rightsOfService } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import { logStart, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { createEventEraser, createEventReader, eventsTableEnv } from '@cloakroom/events';
import { httpEnv, httpStack } from '@cloakroom/http';
import { sessionEnv, sessionStoreFrom } from '@cloakroom/sessions';
import { eraseUser } from './erase-user.ts';
import { exportUser } from './export-user.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...httpEnv, ...issuersEnv, ...sessionEnv, ...eventsTableEnv });
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const issuers = issuersFrom(env);
const sessions = sessionStoreFrom(env, { aws, nowMs });
const cursors = cursorsFrom(env, aws);
const eventsTable = { dynamodb: dynamodbFrom(aws), table: env.EVENTS_TABLE };
const routes = {
  'GET /users/{userId}/export': exportUser({
    sessions,
    events: createEventReader({ ...eventsTable, cursors, nowMs }),
    cursors,
    nowMs,
    telemetry,
  }),
  'DELETE /users/{userId}': eraseUser({
    sessions,
    events: createEventEraser(eventsTable),
    nowMs,
    telemetry,
  }),
};

/** `GET /users/{userId}/export` and `DELETE /users/{userId}`: all that is kept of a user, told or erased. */
export const handler = httpStack(routes, {
  allowedOrigins: env.ALLOWED_ORIGINS,
  telemetry,
  administers: (caller) => issuersAdministeredBy(issuers, caller),
  rightsOfService: (caller) => rightsOfService(issuers, caller),
  aws,
});

logStart(telemetry.log, env);
