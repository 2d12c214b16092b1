import { createCursorKey, createKeySetFetcher, createKeyStore, parseIssuers } from '@cloakroom/auth';
import { createAwsSession } from '@cloakroom/aws';
import { createTelemetry, json, optional, readEnv, systemNowMs, text } from '@cloakroom/core';
import middy from '@middy/core';
import { createRefreshKeys } from './refresh-keys.ts';

const env = readEnv({
  AWS_REGION: text,
  CLOAKROOM_ROLE_ARN: optional(text, undefined),
  SESSIONS_TABLE: text,
  ISSUERS: json(parseIssuers),
});
const telemetry = createTelemetry();
const aws = createAwsSession({ region: env.AWS_REGION, roleArn: env.CLOAKROOM_ROLE_ARN, telemetry });
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
