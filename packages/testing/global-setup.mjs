import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDbLocal } from '@cloakroom/local';

/**
 * Jest's global set-up: one DynamoDB Local for all test files, each of which makes tables of its own; and one folder for all
 * that they put into the system's temporary one, so that nothing is left there.
 * Java's optimizing compiler pays for itself after some 90,000 requests, which only the proofs send.
 */
export default async function globalSetup(_, { globals }) {
  globalThis.testFolder = mkdtempSync(join(tmpdir(), 'cloakroom-tests-'));
  process.env.TMPDIR = globalThis.testFolder;
  const dynamodb = await startDynamoDbLocal({ isBusy: globals.hasProofs });
  process.env.CLOAKROOM_TEST_DYNAMODB = dynamodb.endpoint;
  globalThis.stopDynamoDbLocal = dynamodb.stop;
}
