import { createTestSigner, recordTelemetry } from '@cloakroom/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import { createKeySets } from './key-sets.ts';

const START = 1_800_000_000;
const MINUTE = 60;
const HOUR = 3600;
const MAX_AGE = 24 * HOUR;

const jwks = new Map(['a', 'b', 'c'].map((kid) => [kid, createTestSigner('EdDSA', kid).jwk]));
const keySet = (fetchedAt: number, ...kids: string[]) =>
  parseKeySet(JSON.stringify({ keys: kids.map((kid) => jwks.get(kid)) }), ['EdDSA'], fetchedAt);
const issuer = { alias: 'main' } as Issuer;
const wanted = (kid: string, issuedAt = 0) => ({ alg: 'EdDSA', kid, issuedAt }) as const;

/** A world with a clock, a table and a provider; each of the two has a set, has none, or fails. */
function createWorld(keysFrom: 'provider' | 'table' = 'provider') {
  const world = {
    now: START,
    table: undefined as KeySet | undefined | Error,
    /** What the provider publishes now; an Error when it cannot be reached. */
    provider: new KeySetUnreadableError('request_failed', 'no way there') as Error | readonly string[],
    tableReads: 0,
    fetches: 0,
    telemetry: recordTelemetry(),
  };
  async function fetchKeySet() {
    world.fetches += 1;
    if (world.provider instanceof Error) throw world.provider;
    return keySet(world.now, ...world.provider);
  }
  const keySets = createKeySets({
    store: {
      async get() {
        world.tableReads += 1;
        if (world.table instanceof Error) throw world.table;
        return world.table;
      },
    },
    fetchKeySet: keysFrom === 'provider' ? fetchKeySet : undefined,
    nowMs: () => world.now * 1000,
    maxAgeSeconds: MAX_AGE,
    telemetry: world.telemetry,
  });
  const has = async (kid: string, of = issuer) => (await keySets.find(of, wanted(kid))).length > 0;
  /** Whether a token that was issued now, with this key, finds it. */
  const hasNow = async (kid: string) => (await keySets.find(issuer, wanted(kid, world.now))).length > 0;
  return Object.assign(world, { has, hasNow, keySets });
}

describe('the key sets', () => {
  it('come from the table, and ask no provider', async () => {
    const world = createWorld();
    world.table = keySet(START - HOUR, 'a');
    expect(await world.has('a')).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([1, 0]);
  });

  it('come from memory for ten minutes', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    await world.has('a');
    world.now += 10 * MINUTE - 1;
    await world.has('a');
    expect(world.tableReads).toBe(1);
    world.now += 1;
    await world.has('a');
    expect([world.tableReads, world.fetches]).toEqual([2, 0]);
  });

  it('come from the provider when the table has none', async () => {
    const world = createWorld();
    world.provider = ['a'];
    expect(await world.has('a')).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
  });

  it('come from the provider when the table fails', async () => {
    const world = createWorld();
    world.table = new Error('throttled');
    world.provider = ['a'];
    expect(await world.has('a')).toBe(true);
  });

  it('are asked of the provider again after ten minutes where no table copy is as new', async () => {
    const world = createWorld();
    world.table = keySet(START - MINUTE, 'a');
    world.provider = ['a', 'b'];
    expect(await world.has('b')).toBe(true);
    world.provider = ['c'];
    world.now += 10 * MINUTE;
    expect(await world.has('a')).toBe(false);
    expect(await world.has('c')).toBe(true);
    expect(world.fetches).toBe(2);
  });

  it('are asked of the provider when the table copy is over an hour old', async () => {
    const world = createWorld();
    world.table = keySet(START - HOUR - 1, 'a');
    world.provider = ['a', 'b'];
    expect(await world.has('a')).toBe(true);
    expect(await world.has('b')).toBe(true);
    expect(world.fetches).toBe(1);
  });

  it('lose a withdrawn key with the next set, wherever that comes from', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a', 'b');
    expect(await world.has('a')).toBe(true);
    world.table = keySet(START + 9 * MINUTE, 'b');
    world.now += 10 * MINUTE;
    expect(await world.has('b')).toBe(true);
    expect(await world.has('a')).toBe(false);
  });

  it('never go back to an older set', async () => {
    const world = createWorld();
    world.table = keySet(START - MINUTE, 'a');
    world.provider = ['b'];
    expect(await world.has('b')).toBe(true);
    world.provider = new Error('gone');
    world.now += HOUR;
    expect(await world.has('a')).toBe(false);
    expect(await world.has('b')).toBe(true);
  });

  it('tell the issuers apart', async () => {
    const world = createWorld();
    world.provider = ['a'];
    await world.has('a');
    await world.has('a', { alias: 'other' } as Issuer);
    expect(world.fetches).toBe(2);
  });
});

describe('an unknown kid', () => {
  it('is found as soon as the table has it', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    await world.has('a');
    world.now += 30;
    world.table = keySet(START + 30, 'a', 'b');
    expect(await world.has('b')).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([2, 0]);
  });

  it('is found at the provider, right after a start that read the table for another key', async () => {
    const world = createWorld();
    world.table = keySet(START - MINUTE, 'a');
    world.provider = ['a', 'b'];
    expect(await world.has('a')).toBe(true);
    expect(await world.has('b')).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
  });

  it('is found by the one who waits for the flight of another key', async () => {
    const world = createWorld();
    world.table = keySet(START - MINUTE, 'a');
    world.provider = ['a', 'b'];
    expect(await Promise.all([world.has('a'), world.has('b'), world.has('c')])).toEqual([true, true, false]);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
  });

  it('causes one table read and one fetch in 30 s, however often it comes', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    world.provider = ['a'];
    for (let second = 0; second < 60; second += 1) {
      for (let flood = 0; flood < 20; flood += 1) expect(await world.has(`unknown-${second}-${flood}`)).toBe(false);
      world.now += 1;
    }
    expect([world.tableReads, world.fetches]).toEqual([2, 2]);
  });

  it('causes no more of them when both fail, and those with a known kid still get in', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    await world.has('a');
    world.table = new Error('throttled');
    for (let second = 0; second < 90; second += 1) {
      expect(await world.has('unknown')).toBe(false);
      expect(await world.has('a')).toBe(true);
      world.now += 1;
    }
    expect([world.tableReads, world.fetches]).toEqual([3, 3]);
  });
});

describe('where the provider is out of reach', () => {
  const UNKNOWN_YET = { code: 'KEYS_UNAVAILABLE', reason: 'older_than_token', issuer: 'main' };

  it('it is never asked', async () => {
    const world = createWorld('table');
    world.provider = ['a', 'b'];
    world.table = keySet(START - 2 * HOUR, 'a');
    expect(await world.has('a')).toBe(true);
    expect(await world.has('b')).toBe(false);
    world.now += MAX_AGE;
    await expect(world.has('a')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', reason: 'none_usable' });
    expect(world.fetches).toBe(0);
  });

  it('an unknown kid of a token that is newer than the copy is an error of ours, until the next copy tells', async () => {
    const world = createWorld('table');
    world.table = keySet(START - MINUTE, 'a');
    await expect(world.hasNow('b')).rejects.toMatchObject({ ...UNKNOWN_YET, retryAfterSeconds: 30 });
    world.now += 1;
    world.table = keySet(world.now, 'a', 'b'); // refresh-keys has run
    await expect(world.hasNow('b')).rejects.toMatchObject({ ...UNKNOWN_YET, retryAfterSeconds: 29 });
    world.now += 29;
    expect(await world.hasNow('b')).toBe(true);
    expect(world.tableReads).toBe(2);
  });

  it('an unknown kid of a token that is older than the copy is unknown, at every start and for ever', async () => {
    for (let start = 0; start < 3; start += 1) {
      const world = createWorld('table');
      world.table = keySet(START, 'a');
      for (let second = 0; second < 90; second += 1) {
        expect(await world.has('junk')).toBe(false);
        world.now += 1;
      }
      expect(world.tableReads).toBe(3);
    }
  });

  it('a flood of unknown kids reads the table once in 30 s, and those with a known kid still get in', async () => {
    const world = createWorld('table');
    world.table = keySet(START - MINUTE, 'a');
    for (let second = 0; second < 60; second += 1) {
      const flood = Array.from({ length: 20 }, (_, at) => world.hasNow(`unknown-${second}-${at}`));
      for (const one of flood) await expect(one).rejects.toMatchObject(UNKNOWN_YET);
      expect(await world.hasNow('a')).toBe(true);
      world.now += 1;
    }
    expect([world.tableReads, world.fetches]).toEqual([2, 0]);
  });

  it('counts as stale what is older than an hour, as anywhere', async () => {
    const world = createWorld('table');
    world.table = keySet(START - HOUR - 1, 'a');
    await world.has('a');
    expect(world.telemetry.counts).toEqual([{ metric: 'KeySetStale', dimensions: { issuer: 'main' } }]);
  });
});

describe('many at once', () => {
  it('wait for one flight', async () => {
    const world = createWorld();
    world.provider = ['a'];
    const found = await Promise.all(Array.from({ length: 100 }, () => world.has('a')));
    expect(found.every(Boolean)).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
  });
});

describe('when nobody answers', () => {
  it('the last set serves until it is too old, then it is an error of ours', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    await world.has('a');
    world.table = new Error('throttled');
    world.now = START + MAX_AGE;
    expect(await world.has('a')).toBe(true);
    world.now += 1;
    await expect(world.has('a')).rejects.toMatchObject({
      code: 'KEYS_UNAVAILABLE',
      issuer: 'main',
      retryAfterSeconds: 29,
    });
    await expect(world.has('unknown')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it('a set that was too old when it was read does not serve', async () => {
    const world = createWorld();
    world.table = keySet(START - MAX_AGE - 1, 'a');
    await expect(world.has('a')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it('from the start, it is an error of ours, with the time to try again', async () => {
    const world = createWorld();
    await expect(world.has('a')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', retryAfterSeconds: 30 });
    world.now += 31;
    world.provider = ['a'];
    expect(await world.has('a')).toBe(true);
  });

  it('from the start, the table is read by each that comes, since nobody can get in without it', async () => {
    const world = createWorld();
    world.table = new Error('throttled');
    await expect(world.has('a')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    world.table = keySet(START, 'a');
    expect(await world.has('a')).toBe(true);
    expect(world.fetches).toBe(1);
  });

  it('they are tried every 30 s, and one success ends it', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    await world.has('a');
    world.table = new Error('throttled');
    world.now += HOUR;
    await world.has('a');
    await world.has('a');
    expect([world.tableReads, world.fetches]).toEqual([2, 1]);
    world.now += 30;
    world.provider = ['a'];
    await world.has('a');
    await world.has('a');
    expect([world.tableReads, world.fetches]).toEqual([3, 2]);
  });

  it('the age of what serves is counted, once it is over an hour', async () => {
    const world = createWorld();
    const stale = () => world.telemetry.counts.filter(({ metric }) => metric === 'KeySetStale');
    world.table = keySet(START, 'a');
    await world.has('unknown');
    expect(stale()).toEqual([]);
    world.now += HOUR + 1;
    expect(await world.has('a')).toBe(true);
    expect(stale()).toEqual([{ metric: 'KeySetStale', dimensions: { issuer: 'main' } }]);
  });

  it('the log says which source of which issuer failed, and a metric counts it', async () => {
    const world = createWorld();
    const failing = createKeySets({
      store: { get: () => Promise.reject('a string') },
      fetchKeySet: () => Promise.reject(new KeySetUnreadableError('status', 'answered 500')),
      nowMs: () => START * 1000,
      maxAgeSeconds: MAX_AGE,
      telemetry: world.telemetry,
    });
    await expect(failing.find(issuer, wanted('a'))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    const { lines, counts } = world.telemetry;
    expect(lines.map(({ code, fields }) => [code, fields.issuer, fields.source, fields.error])).toEqual([
      ['keys.unreadable', 'main', 'table', expect.objectContaining({ message: 'a string' })],
      ['keys.unreadable', 'main', 'provider', expect.objectContaining({ code: 'KEY_SET_UNREADABLE' })],
    ]);
    expect(counts).toContainEqual({ metric: 'KeySetUnreadable', dimensions: { issuer: 'main', source: 'table' } });
  });
});

describe('warming up', () => {
  it('does what the first token would, which then asks nobody', async () => {
    const world = createWorld();
    world.provider = ['a'];
    await world.keySets.warmUp(issuer);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
    expect(await world.has('a')).toBe(true);
    expect([world.tableReads, world.fetches]).toEqual([1, 1]);
  });

  it('rehearses signatures with the first keys, and lasts until it has', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify');
    const world = createWorld();
    world.provider = ['a', 'b', 'c', 'd'];
    await world.keySets.warmUp(issuer);
    expect(verify).toHaveBeenCalledTimes(3);
    verify.mockRestore();
  });

  it('is joined by a token that comes meanwhile', async () => {
    const world = createWorld();
    world.table = keySet(START, 'a');
    const [, found] = await Promise.all([world.keySets.warmUp(issuer), world.has('a')]);
    expect([found, world.tableReads]).toEqual([true, 1]);
  });

  it('that failed throughout is made good by the first token, which need not wait until the provider has rested', async () => {
    const world = createWorld();
    world.table = new Error('CredentialsRefused');
    await world.keySets.warmUp(issuer);
    expect(world.telemetry.lines.map(({ code, fields }) => [code, fields.source])).toEqual([
      ['keys.unreadable', 'table'],
      ['keys.unreadable', 'provider'],
    ]);
    world.provider = ['a'];
    expect(await world.has('a')).toBe(true);
  });

  it('lets nobody ask the provider more than once more', async () => {
    const world = createWorld();
    await world.keySets.warmUp(issuer);
    for (let attempt = 0; attempt < 5; attempt += 1) await world.has('a').catch(() => undefined);
    expect(world.fetches).toBe(2);
  });

  it('asks no provider where that is out of reach', async () => {
    const world = createWorld('table');
    await world.keySets.warmUp(issuer);
    expect([world.tableReads, world.fetches]).toEqual([1, 0]);
  });
});
