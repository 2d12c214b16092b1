import { createVerifier, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import {
  createTelemetry,
  json,
  oneOf,
  positiveInt,
  readEnv,
  secondsOrHoursIn,
  systemNowMs,
  text,
} from '@cloakroom/core';
import { httpStack, origins } from '@cloakroom/http';
import { createSessionStore } from '@cloakroom/sessions';
import { createSession } from './create-session.ts';

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
  KEYS_MAX_AGE_SECONDS: positiveInt,
  KEYS_FROM: oneOf('provider', 'table'),
  ALLOWED_ORIGINS: origins,
  MAX_SESSIONS_PER_USER: positiveInt,
  SESSION_LIMIT_POLICY: oneOf('evict-oldest', 'deny'),
  MAX_CREATIONS_PER_HOUR: positiveInt,
  BOOTSTRAP_MAX_AUTH_AGE_SECONDS: positiveInt,
  BEARER_IDLE_SECONDS: positiveInt,
  SESSION_ABSOLUTE_SECONDS: secondsOrHoursIn('SESSION_TTL_HOURS'),
  LOGIN_MAX_LIFETIME_SECONDS: positiveInt,
  TOUCH_INTERVAL_SECONDS: positiveInt,
  IP_STORAGE: oneOf('full', 'truncated', 'none'),
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const table = { dynamodb: aws.dynamodb, table: env.SESSIONS_TABLE };
const idle = { bearerIdleSeconds: env.BEARER_IDLE_SECONDS, touchIntervalSeconds: env.TOUCH_INTERVAL_SECONDS };
const verifier = createVerifier({
  ...table,
  issuers: env.ISSUERS,
  keysMaxAgeSeconds: env.KEYS_MAX_AGE_SECONDS,
  keysFrom: env.KEYS_FROM,
  nowMs,
  telemetry,
});
const routes = createSession({
  verifier,
  sessions: createSessionStore({
    ...table,
    nowMs,
    idle,
    loginMaxLifetimeSeconds: env.LOGIN_MAX_LIFETIME_SECONDS,
    remainingMs: aws.remainingMs,
  }),
  policy: {
    maxSessionsPerUser: env.MAX_SESSIONS_PER_USER,
    sessionLimitPolicy: env.SESSION_LIMIT_POLICY,
    maxCreationsPerHour: env.MAX_CREATIONS_PER_HOUR,
    bootstrapMaxAuthAgeSeconds: env.BOOTSTRAP_MAX_AUTH_AGE_SECONDS,
    absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS,
  },
  ipStorage: env.IP_STORAGE,
  nowMs,
  telemetry,
});

/** `POST /users/{userId}/sessions` and `POST /auth/bootstrap-session`: a sign-in becomes its session. */
export const handler = httpStack(routes, { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws });
