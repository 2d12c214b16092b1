import { cursorsFrom, issuersAdministeredBy, issuersEnv, issuersFrom, rightsOfService } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { logStart, oneOf, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { httpEnv, httpStack } from '@cloakroom/http';
import { absoluteEnv, sessionEnv, sessionStoreFrom } from '@cloakroom/sessions';
import { sessionsApi } from './sessions-api.ts';

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...httpEnv,
  ...issuersEnv,
  ...sessionEnv,
  ...absoluteEnv,
  DATA_CHANGES: oneOf('last-write', 'require-if-match'),
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const issuers = issuersFrom(env);
const routes = sessionsApi({
  sessions: sessionStoreFrom(env, { aws, nowMs }),
  requireIfMatch: env.DATA_CHANGES === 'require-if-match',
  policy: { absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS },
  cursors: cursorsFrom(env, aws),
  nowMs,
  telemetry,
});

/** Sessions listed, read, changed and revoked, by their owners and by administrators. */
export const handler = httpStack(routes, {
  allowedOrigins: env.ALLOWED_ORIGINS,
  telemetry,
  administers: (caller) => issuersAdministeredBy(issuers, caller),
  rightsOfService: (caller) => rightsOfService(issuers, caller),
  aws,
});

logStart(telemetry.log, env);
