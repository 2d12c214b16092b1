import { createVerifier, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, json, oneOf, positiveInt, readEnv, systemNowMs, text } from '@cloakroom/core';
import { createSessionStore } from '@cloakroom/sessions';
import middy from '@middy/core';
import { createAuthorizer } from './authorizer.ts';

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
  KEYS_MAX_AGE_SECONDS: positiveInt,
  KEYS_FROM: oneOf('provider', 'table'),
  TOUCH_INTERVAL_SECONDS: positiveInt,
  BEARER_IDLE_SECONDS: positiveInt,
  LOGIN_MAX_LIFETIME_SECONDS: positiveInt,
  SESSION_BINDING: oneOf('strict', 'user'),
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const table = { dynamodb: aws.dynamodb, table: env.SESSIONS_TABLE };
const idle = { bearerIdleSeconds: env.BEARER_IDLE_SECONDS, touchIntervalSeconds: env.TOUCH_INTERVAL_SECONDS };
const loginMaxLifetimeSeconds = env.LOGIN_MAX_LIFETIME_SECONDS;
const verifier = createVerifier({
  ...table,
  issuers: env.ISSUERS,
  keysMaxAgeSeconds: env.KEYS_MAX_AGE_SECONDS,
  keysFrom: env.KEYS_FROM,
  nowMs,
  telemetry,
});

/** Bare Middy: its http-* middlewares would turn the answer into an HTTP response. */
export const handler = middy()
  .use(aws)
  .handler(
    createAuthorizer({
      verifier,
      sessions: createSessionStore({ ...table, nowMs, idle, loginMaxLifetimeSeconds, remainingMs: aws.remainingMs }),
      binding: env.SESSION_BINDING,
      loginMaxLifetimeSeconds,
      idle,
      nowMs,
      telemetry,
    }),
  );
