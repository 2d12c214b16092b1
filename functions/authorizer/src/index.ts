import { issuersFrom, verifierEnv, verifierFrom } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createLeanTelemetry, fraction, logStart, oneOf, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { ticketEnv, ticketRulesFrom } from '@cloakroom/http';
import { activeSessionsFrom, lifetimesFrom, sessionEnv } from '@cloakroom/sessions';
import middy from '@middy/core';
import { createAuthorizer } from './authorizer.ts';

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...verifierEnv,
  ...sessionEnv,
  ...ticketEnv,
  SESSION_BINDING: oneOf('strict', 'user'),
  AUTHORIZER_LOG_SAMPLING: fraction,
});
const nowMs = systemNowMs;
const telemetry = createLeanTelemetry();
const aws = awsSessionFrom(env, telemetry);
const { items } = aws;
const aliases = new Set(issuersFrom(env).map(({ alias }) => alias));

/** Bare Middy: its http-* middlewares would turn the answer into an HTTP response. */
export const handler = middy()
  .use(telemetry)
  .use(aws)
  .handler(
    createAuthorizer({
      verifier: verifierFrom(env, { items, nowMs, telemetry, remembersTokens: true }),
      sessions: activeSessionsFrom(env, { items, nowMs }),
      binding: env.SESSION_BINDING,
      tickets: ticketRulesFrom(env),
      isIssuer: (alias) => aliases.has(alias),
      ...lifetimesFrom(env),
      logSampling: env.AUTHORIZER_LOG_SAMPLING,
      random: Math.random,
      nowMs,
      telemetry,
    }),
  );

logStart(telemetry.log, env);
