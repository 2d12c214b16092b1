import { administers, createCursorKey, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import {
  createCursors,
  createTelemetry,
  json,
  positiveInt,
  readEnv,
  secondsOrHoursIn,
  systemNowMs,
  text,
} from '@cloakroom/core';
import { httpStack, origins } from '@cloakroom/http';
import { createSessionStore } from '@cloakroom/sessions';
import { sessionsApi } from './sessions-api.ts';

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
  ALLOWED_ORIGINS: origins,
  BEARER_IDLE_SECONDS: positiveInt,
  SESSION_ABSOLUTE_SECONDS: secondsOrHoursIn('SESSION_TTL_HOURS'),
  LOGIN_MAX_LIFETIME_SECONDS: positiveInt,
  TOUCH_INTERVAL_SECONDS: positiveInt,
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const idle = { bearerIdleSeconds: env.BEARER_IDLE_SECONDS, touchIntervalSeconds: env.TOUCH_INTERVAL_SECONDS };
const table = { dynamodb: aws.dynamodb, table: env.SESSIONS_TABLE };
const routes = sessionsApi({
  sessions: createSessionStore({
    ...table,
    nowMs,
    idle,
    loginMaxLifetimeSeconds: env.LOGIN_MAX_LIFETIME_SECONDS,
    remainingMs: aws.remainingMs,
  }),
  policy: {
    absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS,
  },
  cursors: createCursors(createCursorKey(table).require),
  nowMs,
  telemetry,
});

/** Sessions listed, read, changed and revoked, by their owners and by administrators. */
export const handler = httpStack(routes, {
  allowedOrigins: env.ALLOWED_ORIGINS,
  telemetry,
  administers: (caller) => administers(env.ISSUERS, caller),
  aws,
});
