import { administers, createCursorKey, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createCursors, createTelemetry, json, positiveInt, readEnv, systemNowMs, text } from '@cloakroom/core';
import { createEventEraser, createEventReader } from '@cloakroom/events';
import { httpStack, origins } from '@cloakroom/http';
import { createSessionStore } from '@cloakroom/sessions';
import { eraseUser } from './erase-user.ts';
import { exportUser } from './export-user.ts';

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  EVENTS_TABLE: text,
  ISSUERS: json(parseIssuers),
  ALLOWED_ORIGINS: origins,
  BEARER_IDLE_SECONDS: positiveInt,
  LOGIN_MAX_LIFETIME_SECONDS: positiveInt,
  TOUCH_INTERVAL_SECONDS: positiveInt,
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const { dynamodb, remainingMs } = aws;
const idle = { bearerIdleSeconds: env.BEARER_IDLE_SECONDS, touchIntervalSeconds: env.TOUCH_INTERVAL_SECONDS };
const sessions = createSessionStore({
  dynamodb,
  table: env.SESSIONS_TABLE,
  nowMs,
  idle,
  loginMaxLifetimeSeconds: env.LOGIN_MAX_LIFETIME_SECONDS,
  remainingMs,
});
const cursors = createCursors(createCursorKey({ dynamodb, table: env.SESSIONS_TABLE }).require);
const routes = {
  'GET /users/{userId}/export': exportUser({
    sessions,
    events: createEventReader({ dynamodb, table: env.EVENTS_TABLE, cursors, nowMs }),
    cursors,
    nowMs,
    telemetry,
  }),
  'DELETE /users/{userId}': eraseUser({
    sessions,
    events: createEventEraser({ dynamodb, table: env.EVENTS_TABLE }),
    nowMs,
    telemetry,
  }),
};

/** `GET /users/{userId}/export` and `DELETE /users/{userId}`: all that is kept of a user, told or erased. */
export const handler = httpStack(routes, {
  allowedOrigins: env.ALLOWED_ORIGINS,
  telemetry,
  administers: (caller) => administers(env.ISSUERS, caller),
  aws,
});
