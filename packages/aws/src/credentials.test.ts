import { recordTelemetry } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { createCredentialSource } from './credentials.ts';

const MINUTE = 60_000;

/** A provider whose calls are answered by the test, under a clock that the test sets. */
function setUp() {
  const telemetry = recordTelemetry();
  const clock = { ms: 1_700_000_000_000 };
  const calls: PromiseWithResolvers<{ accessKeyId: string; secretAccessKey: string; expiration?: Date }>[] = [];
  const resolve = () => {
    const call = Promise.withResolvers<{ accessKeyId: string; secretAccessKey: string; expiration?: Date }>();
    calls.push(call);
    return call.promise;
  };
  const source = createCredentialSource({ resolve, nowMs: () => clock.ms, telemetry });
  /** Answers the last call with a key that lives this long. */
  const give = (key: string, minutes?: number) =>
    calls.at(-1)?.resolve({
      accessKeyId: key,
      secretAccessKey: `secret of ${key}`,
      ...(minutes === undefined ? {} : { expiration: new Date(clock.ms + minutes * MINUTE) }),
    });
  /** Gets credentials, with the next call answered by the key. */
  const getWith = (key: string, minutes?: number) => {
    const got = source.get();
    give(key, minutes);
    return got;
  };
  return { source, telemetry, clock, calls, give, getWith };
}

describe('credentials in use', () => {
  it('are resolved when first asked for, once for all who ask', async () => {
    const { source, calls, give } = setUp();
    expect(calls).toHaveLength(0);
    const all = [source.get(), source.get(), source.get()];
    give('first');
    const [one, ...others] = await Promise.all(all);
    expect(others).toEqual([one, one]);
    await source.get();
    expect(calls).toHaveLength(1);
  });

  it('are kept for as long as they say nothing of an end', async () => {
    const { source, clock, calls, getWith } = setUp();
    await getWith('first');
    clock.ms += 365 * 24 * 60 * MINUTE;
    await source.get();
    expect(calls).toHaveLength(1);
  });

  it('are resolved again five minutes before their end', async () => {
    const { source, clock, calls, getWith } = setUp();
    await getWith('first', 60);
    clock.ms += 55 * MINUTE;
    await source.get();
    expect(calls).toHaveLength(1);
    clock.ms += 1;
    expect(await getWith('second', 60)).toMatchObject({ accessKeyId: 'second' });
  });

  it('serve on while they cannot be renewed early, with one try in thirty seconds', async () => {
    const { source, telemetry, clock, calls, getWith } = setUp();
    await getWith('first', 60);
    clock.ms += 56 * MINUTE;
    const early = source.get();
    calls[1]?.reject(new Error('STS is down'));
    expect(await early).toMatchObject({ accessKeyId: 'first' });
    expect(telemetry.lines.at(-1)).toMatchObject({
      code: 'aws.credentials.renewal_failed',
      fields: { error: { message: 'STS is down' } },
    });
    clock.ms += 29_999;
    expect(await source.get()).toMatchObject({ accessKeyId: 'first' });
    expect(calls).toHaveLength(2);
    clock.ms += 1;
    expect(await getWith('second', 60)).toMatchObject({ accessKeyId: 'second' });
  });

  it('do not serve past their end: what the provider throws is thrown', async () => {
    const { source, clock, calls, getWith } = setUp();
    await getWith('first', 60);
    clock.ms += 60 * MINUTE;
    const late = source.get();
    calls[1]?.reject(new Error('STS is down'));
    await expect(late).rejects.toThrow('STS is down');
    expect(await getWith('second', 60)).toMatchObject({ accessKeyId: 'second' });
  });
});

describe('refused credentials', () => {
  it('are replaced once for all callers who were refused with them, early or late', async () => {
    const { source, telemetry, calls, give, getWith } = setUp();
    const refused = await getWith('first');
    const early = [source.replace(refused), source.replace(refused)];
    give('second');
    expect(await Promise.all(early)).toEqual([true, true]);
    expect(await source.replace(refused)).toBe(true);
    expect(calls).toHaveLength(2);
    expect(telemetry.counts).toEqual([{ metric: 'CredentialRefresh', dimensions: {} }]);
  });

  it('are not given to those who ask while they are replaced', async () => {
    const { source, give, getWith } = setUp();
    const refused = await getWith('first');
    const replaced = source.replace(refused);
    const asked = source.get();
    give('second');
    expect(await replaced).toBe(true);
    expect(await asked).toMatchObject({ accessKeyId: 'second' });
  });

  it('are known when they come back, by everyone who was refused with them', async () => {
    const { source, telemetry, calls, give, getWith } = setUp();
    const refused = await getWith('first');
    const early = source.replace(refused);
    give('first');
    expect(await early).toBe(false);
    expect(await source.replace(refused)).toBe(false);
    expect(calls).toHaveLength(2);
    expect(telemetry.lines.filter(({ code }) => code === 'aws.credentials.unchanged')).toHaveLength(1);
  });

  it.each([
    ['secret', { secretAccessKey: 'another' }],
    ['session token', { sessionToken: 'another' }],
  ])('are others when only their %s has changed', async (_, change) => {
    const { source, calls, getWith } = setUp();
    const refused = await getWith('first');
    const replaced = source.replace(refused);
    calls[1]?.resolve({ ...refused, ...change });
    expect(await replaced).toBe(true);
  });

  it('are dropped even when no others can be had', async () => {
    const { source, calls, getWith } = setUp();
    const refused = await getWith('first');
    const replaced = source.replace(refused);
    calls[1]?.reject(new Error('no credentials'));
    await expect(replaced).rejects.toThrow('no credentials');
    expect(await getWith('second')).toMatchObject({ accessKeyId: 'second' });
  });
});
