import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnv } from '@cloakroom/core';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, expect, it } from '@jest/globals';
import { createCursorKey } from './cursor-key.ts';
import { cursorsFrom, keyTableEnv, keyTableFrom, verifierEnv } from './env.ts';

const issuer = {
  alias: 'main',
  issuer: 'https://id.example.com',
  jwksUri: 'https://id.example.com/keys',
  profile: 'rfc9068',
  algorithms: ['RS256'],
  clientIds: ['app'],
  audiences: ['api'],
  loginClaim: 'sid',
};
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

it('takes issuers from the variable `ISSUERS` where there is no file, judged by the same rules', () => {
  const others = { SESSIONS_TABLE: 'sessions', KEYS_FROM: 'table', KEYS_MAX_AGE_SECONDS: '60' };
  expect(readEnv(verifierEnv, { ...others, ISSUERS: JSON.stringify([issuer]) }).ISSUERS_FILE).toEqual([issuer]);
  const wrong = JSON.stringify([{ ...issuer, jwksUri: 'http://id.example.com/keys' }]);
  expect(() => readEnv(verifierEnv, { ...others, ISSUERS: wrong })).toThrow('0.jwksUri: must be an https URL');
  const both = { ...others, ISSUERS: JSON.stringify([issuer]), ISSUERS_FILE: 'issuers.json' };
  expect(() => readEnv(verifierEnv, both)).toThrow('ISSUERS_FILE and ISSUERS must not both be there');
});
