import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnv } from '@cloakroom/core';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, expect, it } from '@jest/globals';
import { createCursorKey } from './cursor-key.ts';
import { cursorsFrom, keyTableEnv, keyTableFrom, verifierEnv } from './env.ts';

const dynamodb = testDynamoDb();
const aws = { client: () => dynamodb as never };
afterAll(() => dynamodb.destroy());

it('seals cursors with the key that is in the table of the sessions', async () => {
  const env = readEnv(keyTableEnv, { SESSIONS_TABLE: await createTestTable(dynamodb, 'sessions') });
  await createCursorKey(keyTableFrom(env, aws)).make();
  const [here, there] = [cursorsFrom(env, aws), cursorsFrom(env, aws)];
  expect(await there.open('list', await here.seal('list', 'somewhere'))).toBe('somewhere');
});

it('names every problem of a verifier at once, those inside the issuers too', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'cloakroom-issuers-')), 'issuers.json');
  writeFileSync(file, '[]');
  const read = () => readEnv(verifierEnv, { ISSUERS_FILE: file, KEYS_FROM: 'memory', KEYS_MAX_AGE_SECONDS: '0' });
  expect(read).toThrow(
    expect.objectContaining({
      problems: [
        'SESSIONS_TABLE is missing',
        'ISSUERS_FILE value: needs at least one issuer',
        'KEYS_MAX_AGE_SECONDS must be a positive integer',
        'KEYS_FROM must be one of provider, table',
      ],
    }),
  );
});
