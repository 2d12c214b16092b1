import { verifierEnv, verifierFrom } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, logStart, oneOf, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { lifetimesFrom, sessionEnv, sessionStoreFrom } from '@cloakroom/sessions';
import middy from '@middy/core';
import { createAuthorizer } from './authorizer.ts';

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...verifierEnv,
  ...sessionEnv,
  SESSION_BINDING: oneOf('strict', 'user'),
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);

/** Bare Middy: its http-* middlewares would turn the answer into an HTTP response. */
export const handler = middy()
  .use(telemetry)
  .use(aws)
  .handler(
    createAuthorizer({
      verifier: verifierFrom(env, { aws, nowMs, telemetry }),
      sessions: sessionStoreFrom(env, { aws, nowMs }),
      binding: env.SESSION_BINDING,
      ...lifetimesFrom(env),
      nowMs,
      telemetry,
    }),
  );

logStart(telemetry.log, env);
