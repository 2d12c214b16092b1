import { createRememberingVerifier, issuersFrom, keySetsFrom, verifierEnv } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createLeanTelemetry, fraction, logStart, oneOf, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { ticketEnv, ticketRulesFrom } from '@cloakroom/http';
import { activeSessionsFrom, lifetimesFrom, sessionEnv } from '@cloakroom/sessions';
import middy from '@middy/core';
import { createAuthorizer } from './authorizer.ts';
import { warmUp } from './warm-up.ts';

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
const issuers = issuersFrom(env);
const aliases = new Set(issuers.map(({ alias }) => alias));
const keys = keySetsFrom(env, { items, nowMs, telemetry });

/** Bare Middy: its http-* middlewares would turn the answer into an HTTP response. */
export const handler = middy()
  .use(telemetry)
  .use(aws)
  .handler(
    createAuthorizer({
      verifier: createRememberingVerifier({ issuers, keys, nowMs }),
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
// Awaited: what goes on after a cold start without a request is frozen, and what goes on beside one has a fraction of its CPU.
await warmUp({ keys, issuers, log: telemetry.log });
