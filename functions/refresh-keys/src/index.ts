import { createCursorKey, createKeySetFetcher, createKeyStore, parseIssuers } from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { createTelemetry, json, readEnv, systemNowMs, text } from '@cloakroom/core';
import middy from '@middy/core';
import { createRefreshKeys } from './refresh-keys.ts';

const env = readEnv({
  ...awsEnv,
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
});
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const table = { dynamodb: aws.dynamodb, table: env.SESSIONS_TABLE };

/** Runs on a schedule, and by hand with any payload. */
export const handler = middy()
  .use(aws)
  .handler(
    createRefreshKeys({
      issuers: env.ISSUERS,
      fetchKeySet: createKeySetFetcher({ nowMs: systemNowMs }),
      store: createKeyStore(table),
      cursorKey: createCursorKey(table),
      telemetry,
    }),
  );
