import { cursorsFrom, issuersAdministeredBy, issuersEnv, issuersFrom } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, readEnv, systemNowMs } from '@cloakroom/core';
import { httpEnv, httpStack } from '@cloakroom/http';
import { absoluteEnv, sessionEnv, sessionStoreFrom } from '@cloakroom/sessions';
import { sessionsApi } from './sessions-api.ts';

const env = readEnv({ ...awsEnv, ...httpEnv, ...issuersEnv, ...sessionEnv, ...absoluteEnv });
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const issuers = issuersFrom(env);
const routes = sessionsApi({
  sessions: sessionStoreFrom(env, { aws, nowMs }),
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
  aws,
});
