import {
  createCursorKey,
  createKeySetFetcher,
  createKeyStore,
  issuersEnv,
  issuersFrom,
  keyTableEnv,
  keyTableFrom,
} from '@cloakroom/auth';
import { awsEnv, awsSessionFrom } from '@cloakroom/aws';
import { logStart, readEnv, startEnv, systemNowMs } from '@cloakroom/core';
import { createTelemetry } from '@cloakroom/core/powertools';
import middy from '@middy/core';
import { createRefreshKeys } from './refresh-keys.ts';

const env = readEnv({ ...startEnv, ...awsEnv, ...issuersEnv, ...keyTableEnv });
const telemetry = createTelemetry();
const aws = awsSessionFrom(env, telemetry);
const table = keyTableFrom(env, aws);

/** Runs on a schedule, and by hand with any payload. */
export const handler = middy()
  .use(telemetry)
  .use(aws)
  .handler(
    createRefreshKeys({
      issuers: issuersFrom(env),
      fetchKeySet: createKeySetFetcher({ nowMs: systemNowMs }),
      store: createKeyStore(table),
      cursorKey: createCursorKey(table),
      nowMs: systemNowMs,
      telemetry,
    }),
  );

logStart(telemetry.log, env);
