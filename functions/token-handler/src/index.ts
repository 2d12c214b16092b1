import { setTimeout } from 'node:timers/promises';
import { issuersFrom, keySetsFrom, verifierEnv } from '@cloakroom/auth';
import { browserClientsOf, createHandInVerifier } from '@cloakroom/auth/oidc';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { dynamodbFrom, sdkItems } from '@cloakroom/aws/dynamodb';
import { createSecret, secretsFrom } from '@cloakroom/aws/secrets';
import { logStart, oneOf, readEnv, startEnv, systemNowMs, text } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import { cookieEnv, httpEnv, httpStack, ticketCookieFrom } from '@cloakroom/http';
import {
  createFlowStore,
  creationEnv,
  creationPolicyFrom,
  sessionEnv,
  sessionStoreFrom,
  ticketStoreFrom,
  tokenStoreFrom,
  tokensEnv,
} from '@cloakroom/sessions';
import { createPlaces } from './create-places.ts';
import { tokenHandler } from './token-handler.ts';

const env = readEnv({
  ...startEnv,
  ...awsEnv,
  ...httpEnv,
  ...cookieEnv,
  ...verifierEnv,
  ...sessionEnv,
  ...creationEnv,
  ...tokensEnv,
  HAND_IN: oneOf('disabled', 'enabled'),
  IP_STORAGE: oneOf('full', 'truncated', 'none'),
  PUBLIC_URL: text,
});
const nowMs = systemNowMs;
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const items = sdkItems(dynamodbFrom(aws));
const publicUrl = env.PUBLIC_URL;
const issuers = issuersFrom(env);
const keys = keySetsFrom(env, { items, nowMs, telemetry });
const routes = tokenHandler({
  places: createPlaces({
    issuers,
    keys,
    publicUrl,
    loginMaxLifetimeSeconds: env.LOGIN_MAX_LIFETIME_SECONDS,
    secretNamed: (secretId) => createSecret({ secrets: secretsFrom(aws), secretId, nowMs }),
    nowMs,
  }),
  sessions: { ...sessionStoreFrom(env, { aws, nowMs }), ...ticketStoreFrom(env, { aws, nowMs }) },
  flows: createFlowStore({ dynamodb: dynamodbFrom(aws), table: env.SESSIONS_TABLE, nowMs }),
  verifyHandIn: createHandInVerifier({ clients: browserClientsOf(issuers), keys, nowMs }),
  isHandInEnabled: env.HAND_IN === 'enabled',
  tokens: tokenStoreFrom(env, { aws, nowMs }),
  policy: creationPolicyFrom(env),
  cookie: ticketCookieFrom(env),
  publicUrl,
  ipStorage: env.IP_STORAGE,
  nowMs,
  remainingMs: aws.remainingMs,
  sleep: setTimeout,
  telemetry,
});

/** The routes below `/auth/` by which browsers sign in, ask who they are, and sign out. */
export const handler = httpStack(routes, { allowedOrigins: env.ALLOWED_ORIGINS, telemetry, aws });

logStart(telemetry.log, env);
