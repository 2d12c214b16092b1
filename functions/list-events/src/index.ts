import { administers, createCursorKey, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createCursors, createTelemetry, json, readEnv, systemNowMs, text } from '@cloakroom/core';
import { createEventReader } from '@cloakroom/events';
import { httpStack, origins } from '@cloakroom/http';
import { listEvents } from './list-events.ts';

const env = readEnv({
  ...awsEnv,
  EVENTS_TABLE: text,
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
  ALLOWED_ORIGINS: origins,
});
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const { dynamodb } = aws;
const cursors = createCursors(createCursorKey({ dynamodb, table: env.SESSIONS_TABLE }).require);
const store = createEventReader({ dynamodb, table: env.EVENTS_TABLE, cursors, nowMs: systemNowMs });

/** `GET /users/{userId}/events` */
export const handler = httpStack(
  { 'GET /users/{userId}/events': listEvents({ store }) },
  {
    allowedOrigins: env.ALLOWED_ORIGINS,
    telemetry,
    administers: (caller) => administers(env.ISSUERS, caller),
    aws,
  },
);
