import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCursorKey, createKeySetFetcher, createKeyStore, createVerifier } from '@cloakroom/auth';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import {
  accessClaims,
  anIssuer,
  createTestSigner,
  createTestTable,
  recordTelemetry,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRefreshKeys } from './refresh-keys.ts';

const dynamodb = testDynamoDb();
const signer = createTestSigner('ES256', 'k');
const good = JSON.stringify({ keys: [signer.jwk] });
/** What the provider publishes under each path. */
const published: Record<string, string> = {};
let provider: Server;
let asked = 0;
let table = '';

beforeAll(async () => {
  provider = createServer(({ url = '' }, response) => {
    asked += 1;
    response.end(published[url]);
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  table = await createTestTable(dynamodb, 'sessions');
  Object.assign(published, { '/one': good, '/two': good });
});
afterAll(() => {
  provider.close();
});

const issuerOf = (alias: string) =>
  anIssuer({ alias, jwksUri: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/${alias}` });
const store = () => createKeyStore({ dynamodb, table });

function createWorld(nowSeconds = 1000) {
  const telemetry = recordTelemetry();
  const refresh = createRefreshKeys({
    issuers: [issuerOf('one'), issuerOf('two')],
    fetchKeySet: createKeySetFetcher({ nowMs: () => nowSeconds * 1000 }),
    store: store(),
    cursorKey: createCursorKey({ dynamodb, table }),
    nowMs: () => nowSeconds * 1000,
    telemetry,
  });
  return { refresh, telemetry };
}

describe('refreshing the keys', () => {
  it("keeps every issuer's key set in the table", async () => {
    await expect(createWorld().refresh()).resolves.toEqual({ refreshed: ['one', 'two'] });
    for (const alias of ['one', 'two']) {
      const set = await store().get(issuerOf(alias));
      expect(set?.find('ES256', 'k')).toHaveLength(1);
      expect(set?.fetchedAt).toBe(1000);
    }
  });

  it('asks twenty of two hundred issuers at a time, and all of them', async () => {
    const keySet = await createKeySetFetcher({ nowMs: () => 1_000_000 })(issuerOf('one'));
    let [underWay, most] = [0, 0];
    const issuers = Array.from({ length: 200 }, (_, index) => issuerOf(`tenant-${index}`));
    const refresh = createRefreshKeys({
      issuers,
      fetchKeySet: async () => {
        most = Math.max(most, ++underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        return keySet;
      },
      store: { get: async () => undefined, put: async () => undefined },
      cursorKey: { make: async () => false },
      nowMs: () => 1_000_000,
      telemetry: recordTelemetry(),
    });
    expect((await refresh()).refreshed).toHaveLength(200);
    expect(most).toBe(20);
  });

  it('removes a withdrawn key at once', async () => {
    await createWorld(1000).refresh();
    published['/one'] = JSON.stringify({ keys: [createTestSigner('ES256', 'next').jwk] });
    await createWorld(1001).refresh();
    const set = await store().get(issuerOf('one'));
    expect(set?.find('ES256', 'k')).toEqual([]);
    expect(set?.find('ES256', 'next')).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no key', '{"keys":[]}'],
    ['no usable key', JSON.stringify({ keys: [{ ...signer.jwk, use: 'enc' }] })],
  ])('never replaces a good set by %s, refreshes the others, and fails with the name', async (_, body) => {
    await createWorld(1000).refresh();
    published['/one'] = body;
    const { refresh, telemetry } = createWorld(2000);
    await expect(refresh()).rejects.toMatchObject({
      code: 'KEYS_NOT_REFRESHED',
      issuers: ['one'],
      message: 'keys were not refreshed: one',
    });
    expect((await store().get(issuerOf('one')))?.fetchedAt).toBe(1000);
    expect((await store().get(issuerOf('two')))?.fetchedAt).toBe(2000);
    expect(telemetry.counts).toEqual([{ metric: 'KeyRefreshFailed', dimensions: { issuer: 'one' } }]);
    expect(telemetry.lines.map(({ code, fields }) => [code, fields.issuer]).toSorted()).toEqual([
      ['keys.refresh_failed', 'one'],
      ['keys.refreshed', 'two'],
    ]);
  });

  it('fails with every name when the table cannot be written', async () => {
    table = 'no-such-table';
    await expect(createWorld().refresh()).rejects.toMatchObject({ issuers: ['one', 'two', '~cursor'] });
  });

  it('fails with the name also when what was thrown is no error', async () => {
    const refresh = createRefreshKeys({
      issuers: [issuerOf('one')],
      fetchKeySet: () => Promise.reject('a string'),
      store: store(),
      cursorKey: { make: async () => false },
      nowMs: () => 1_000_000,
      telemetry: recordTelemetry(),
    });
    await expect(refresh()).rejects.toMatchObject({ issuers: ['one'] });
  });
});

describe('the age of the key sets', () => {
  const gauge = (value: number) => [{ metric: 'KeySetAge', value, unit: 'Seconds' }];

  it('is none when all were refreshed, and that of the oldest when some were not, as long as they are not', async () => {
    const first = createWorld(1000);
    await first.refresh();
    expect(first.telemetry.gauges).toEqual(gauge(0));

    published['/one'] = '';
    const second = createWorld(1600);
    await expect(second.refresh()).rejects.toMatchObject({ issuers: ['one'] });
    expect(second.telemetry.gauges).toEqual(gauge(600));

    published['/two'] = '';
    const third = createWorld(5000);
    await expect(third.refresh()).rejects.toMatchObject({ issuers: ['one', 'two'] });
    expect(third.telemetry.gauges).toEqual(gauge(4000));

    Object.assign(published, { '/one': good, '/two': good });
    const fourth = createWorld(5001);
    await fourth.refresh();
    expect(fourth.telemetry.gauges).toEqual(gauge(0));
  });

  it('is not told while an issuer has never had one', async () => {
    published['/one'] = '';
    const { refresh, telemetry } = createWorld();
    await expect(refresh()).rejects.toMatchObject({ issuers: ['one'] });
    expect(telemetry.gauges).toEqual([]);
  });

  it('is not told, and the log says so, when the table cannot be read; the run fails with the names all the same', async () => {
    table = 'no-such-table';
    const { refresh, telemetry } = createWorld();
    await expect(refresh()).rejects.toMatchObject({ code: 'KEYS_NOT_REFRESHED' });
    expect(telemetry.gauges).toEqual([]);
    const unknown = telemetry.lines.filter(({ code }) => code === 'keys.age_unknown');
    expect(unknown.map(({ fields }) => fields.issuer).toSorted()).toEqual(['one', 'two']);
  });
});

describe('the key of cursors', () => {
  const key = () => createCursorKey({ dynamodb, table }).require();

  it('is made by the first run and stays, though a provider does not answer', async () => {
    published['/one'] = '';
    const { refresh, telemetry } = createWorld();
    await expect(refresh()).rejects.toMatchObject({ issuers: ['one'] });
    const made = await key();
    published['/one'] = good;
    await createWorld(2000).refresh();
    expect(await key()).toEqual(made);
    expect(telemetry.lines.map(({ code }) => code)).toContain('keys.cursor_key_made');
    expect(JSON.stringify(telemetry)).not.toContain(Buffer.from(made).toString('base64'));
  });
});

describe('a key that was changed at the provider', () => {
  const clock = { seconds: 1000 };
  const next = createTestSigner('ES256', 'next');
  const tokenBy = ({ sign }: typeof signer) =>
    sign(accessClaims(clock.seconds, { iss: issuerOf('one').issuer, iat: clock.seconds }));

  it('is known inside a VPC half a minute after the next run, is an error of ours until then, and nobody else asks', async () => {
    const { verify } = createVerifier({
      issuers: [issuerOf('one')],
      items: sdkItems(dynamodb),
      table,
      keysMaxAgeSeconds: 86_400,
      keysFrom: 'table',
      nowMs: () => clock.seconds * 1000,
      telemetry: recordTelemetry(),
    });
    await createWorld(clock.seconds).refresh();
    await expect(verify(tokenBy(signer))).resolves.toMatchObject({ type: 'login' });
    const askedBefore = asked;

    published['/one'] = JSON.stringify({ keys: [signer.jwk, next.jwk] });
    clock.seconds += 30;
    await expect(verify(tokenBy(next))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', retryAfterSeconds: 30 });
    await expect(verify(tokenBy(signer))).resolves.toMatchObject({ type: 'login' });
    expect(asked).toBe(askedBefore);

    clock.seconds += 1;
    await createWorld(clock.seconds).refresh();
    clock.seconds += 29;
    await expect(verify(tokenBy(next))).resolves.toMatchObject({ type: 'login' });
    const junk = createTestSigner('ES256', 'junk');
    clock.seconds = 1031; // of a token that was issued before the copy was fetched
    await expect(verify(tokenBy(junk))).rejects.toMatchObject({ reason: 'key_unknown' });
    expect(asked).toBe(askedBefore + 2); // of both issuers, by refresh-keys
  });
});
