import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom } from '@cloakroom/aws/dynamodb';
import { sqsFrom } from '@cloakroom/aws/sqs';
import { verifyIdentity } from '@cloakroom/aws/sts';
import { logStart, readEnv, startEnv, systemNowMs, text } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { getAndHead, httpEnv, httpStack } from '@cloakroom/http';
import { createChecks } from './checks.ts';
import { health } from './health.ts';
import { ready } from './ready.ts';

/** All are asked at once, and `/ready` answers within 2 s: the rest is for the way there and back. */
const CHECK_TIMEOUT_MS = 1500;
const KEEP_READY_MS = 5000;

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...httpEnv,
  SESSIONS_TABLE: text,
  EVENTS_TABLE: text,
  EVENTS_QUEUE_URL: text,
});
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const checks = createChecks({
  dynamodb: dynamodbFrom(aws),
  sqs: sqsFrom(aws),
  verifyIdentity: (options) => verifyIdentity(aws, options),
  sessionsTable: env.SESSIONS_TABLE,
  eventsTable: env.EVENTS_TABLE,
  queueUrl: env.EVENTS_QUEUE_URL,
});

const routes = {
  '/health': health({ version: env.CLOAKROOM_VERSION, nowMs: systemNowMs }),
  '/ready': ready({
    checks,
    timeoutMs: CHECK_TIMEOUT_MS,
    keepMs: KEEP_READY_MS,
    nowMs: systemNowMs,
    log: telemetry.log,
  }),
};

/** `GET` and `HEAD` of `/health` and `/ready` */
export const handler = httpStack(getAndHead(routes), { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws });

logStart(telemetry.log, env);
