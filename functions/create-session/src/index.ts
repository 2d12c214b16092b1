import { verifierEnv, verifierFrom } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom, sdkItems } from '@cloakroom/aws/dynamodb';
import { createLeanTelemetry, logStart, oneOf, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { httpEnv, httpStack } from '@cloakroom/http';
import { creationEnv, creationPolicyFrom, sessionEnv, sessionStoreFrom } from '@cloakroom/sessions';
import { createSession } from './create-session.ts';

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...httpEnv,
  ...verifierEnv,
  ...sessionEnv,
  ...creationEnv,
  IP_STORAGE: oneOf('full', 'truncated', 'none'),
});
const nowMs = systemNowMs;
const telemetry = createLeanTelemetry();
const aws = awsSessionFrom(env, telemetry);
const items = sdkItems(dynamodbFrom(aws));
const routes = createSession({
  verifier: verifierFrom(env, { items, nowMs, telemetry }),
  sessions: sessionStoreFrom(env, { aws, nowMs }),
  policy: creationPolicyFrom(env),
  ipStorage: env.IP_STORAGE,
  nowMs,
  telemetry,
});

/** `POST /users/{userId}/sessions` and `POST /auth/bootstrap-session`: a sign-in becomes its session. */
export const handler = httpStack(routes, { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws });

logStart(telemetry.log, env);
