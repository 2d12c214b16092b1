import {
  cursorsFrom,
  issuersAdministeredBy,
  issuersEnv,
  issuersFrom,
  keyTableEnv,
  rightsOfService,
} from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import { logStart, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { createEventReader, eventsTableEnv } from '@cloakroom/events';
import { httpEnv, httpStack } from '@cloakroom/http';
import { listEvents } from './list-events.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...httpEnv, ...issuersEnv, ...keyTableEnv, ...eventsTableEnv });
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const issuers = issuersFrom(env);
const store = createEventReader({
  dynamodb: dynamodbFrom(aws),
  table: env.EVENTS_TABLE,
  cursors: cursorsFrom(env, aws),
  nowMs: systemNowMs,
});

/** `GET /users/{userId}/events` */
export const handler = httpStack(
  { 'GET /users/{userId}/events': listEvents({ store }) },
  {
    allowedOrigins: env.ALLOWED_ORIGINS,
    telemetry,
    administers: (caller) => issuersAdministeredBy(issuers, caller),
    rightsOfService: (caller) => rightsOfService(issuers, caller),
    aws,
  },
);

logStart(telemetry.log, env);
