import { createLogoutVerifier, issuersFrom, keySetsFrom, verifierEnv } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom, sdkItems } from '@cloakroom/aws/dynamodb';
import { logStart, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { httpStack } from '@cloakroom/http';
import { providerSessionsFrom, sessionEnv } from '@cloakroom/sessions';
import { backchannelLogout } from './backchannel-logout.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...verifierEnv, ...sessionEnv });
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const items = sdkItems(dynamodbFrom(aws));
const routes = backchannelLogout({
  verifier: createLogoutVerifier({
    issuers: issuersFrom(env),
    keys: keySetsFrom(env, { items, nowMs, telemetry }),
    nowMs,
  }),
  sessions: providerSessionsFrom(env, { aws, nowMs }),
  telemetry,
});

/** `POST /auth/backchannel-logout`. Providers call it, and no page: it has no allowed origins. */
export const handler = httpStack(routes, { allowedOrigins: [], telemetry, aws });

logStart(telemetry.log, env);
