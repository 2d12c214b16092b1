import { anIssuer, createTestSigner, recordTelemetry, type TestSigner } from '@cloakroom/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import type { JudgeDeps } from './judge-token.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import { createKeySets } from './key-sets.ts';
import { createRememberingVerifier } from './remembering-verifier.ts';
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts';

const NOW = 1_800_000_000;
const HOUR = 3600;
const MAX_AGE_SECONDS = 4 * HOUR;
const algorithms: Issuer['algorithms'] = ['ES256', 'EdDSA'];
const main: Issuer = {
  ...anIssuer({ issuer: 'https://idp.example/main', algorithms, clientIds: ['web', 'robot'] }),
  services: ['robot'],
};
const other: Issuer = { ...main, alias: 'other', issuer: 'https://idp.example/other' };
const [one, two, stranger] = [
  createTestSigner('EdDSA', 'one'),
  createTestSigner('ES256', 'two'),
  createTestSigner('EdDSA', 'one'),
];
const claims = {
  iss: main.issuer,
  sub: 'ada',
  client_id: 'web',
  token_use: 'access',
  origin_jti: 'o-1',
  auth_time: NOW - 60,
  iat: NOW - 30,
  exp: NOW + 300,
};
const service = { ...claims, sub: 'robot', client_id: 'robot', origin_jti: undefined };

const jwksOf = (signers: readonly TestSigner[]) => JSON.stringify({ keys: signers.map(({ jwk }) => jwk) });

/** A provider and a table that verifiers read their keys from, and a clock. */
function createPlace() {
  const place = {
    nowMs: NOW * 1000,
    signers: [one, two],
    isReachable: true,
    table: undefined as KeySet | undefined,
    reads: [] as string[],
  };
  const fetch = ({ alias }: Issuer): KeySet => {
    place.reads.push(alias);
    if (!place.isReachable) throw new KeySetUnreadableError('request_failed', 'no answer');
    return parseKeySet(jwksOf(place.signers), algorithms, Math.floor(place.nowMs / 1000));
  };
  const depsWith = (keysFrom: 'provider' | 'table'): JudgeDeps => ({
    issuers: [main, other],
    nowMs: () => place.nowMs,
    keys: createKeySets({
      store: { get: async () => place.table },
      fetchKeySet: keysFrom === 'provider' ? async (issuer) => fetch(issuer) : undefined,
      maxAgeSeconds: MAX_AGE_SECONDS,
      nowMs: () => place.nowMs,
      telemetry: recordTelemetry(),
    }),
  });
  return { place, depsWith };
}

function createWorld() {
  const { place, depsWith } = createPlace();
  const signatures = jest.spyOn(crypto.subtle, 'verify');
  const verifier = createRememberingVerifier(depsWith('provider'));
  const reasonOf = (token: string) =>
    verifier.verify(token).then(
      () => 'accepted',
      (error: { reason?: string }) => error.reason ?? String(error),
    );
  /** How many signatures were computed for it. */
  const costOf = async (token: string) => {
    const before = signatures.mock.calls.length;
    await verifier.verify(token);
    return signatures.mock.calls.length - before;
  };
  const passSeconds = (seconds: number) => {
    place.nowMs += seconds * 1000;
  };
  return { place, verifier, reasonOf, costOf, passSeconds, signatures };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a token seen before', () => {
  it.each([
    ['of a person', claims],
    ['of a service', service],
  ])('%s is told as it was, and its signature is not computed again', async (_, of) => {
    const { verifier, costOf } = createWorld();
    const token = one.sign(of);
    const first = await verifier.verify(token);
    expect(await costOf(token)).toBe(0);
    expect(await verifier.verify(token)).toEqual(first);
  });

  it('is the same for requests at once, and afterwards', async () => {
    const { verifier, costOf } = createWorld();
    const token = one.sign(claims);
    const all = await Promise.all(Array.from({ length: 5 }, () => verifier.verify(token)));
    expect(new Set(all.map((verified) => JSON.stringify(verified))).size).toBe(1);
    expect(await costOf(token)).toBe(0);
  });

  it('cannot be changed by whoever is told it', async () => {
    const { verifier } = createWorld();
    const token = one.sign({ ...claims, amr: ['pwd'] });
    for (const verified of [await verifier.verify(token), await verifier.verify(token)]) {
      if (verified.type !== 'login') throw new Error('the token is a service’s');
      const { login } = verified;
      for (const part of [verified, login, login.user, login.groups, login.amr])
        expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each([
    ['signature', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`, 'signature_wrong'],
    ['payload', (token: string) => token.replace('.ey', '.eY'), 'payload_malformed'],
    ['spelling', (token: string) => `${token}=`, 'not_canonical'],
  ])('is another one with another %s', async (_, change, reason) => {
    const { verifier, reasonOf } = createWorld();
    const token = one.sign(claims);
    await verifier.verify(token);
    await expect(reasonOf(change(token))).resolves.toBe(reason);
    await expect(reasonOf(token)).resolves.toBe('accepted');
  });

  it('is another one with the signature of somebody else', async () => {
    const { reasonOf } = createWorld();
    await reasonOf(one.sign(claims));
    await expect(reasonOf(stranger.sign(claims))).resolves.toBe('signature_wrong');
  });

  it('dies with its time', async () => {
    const { reasonOf, passSeconds } = createWorld();
    const token = one.sign(claims);
    await reasonOf(token);
    passSeconds(304);
    await expect(reasonOf(token)).resolves.toBe('accepted');
    passSeconds(1);
    await expect(reasonOf(token)).resolves.toBe('expired');
    passSeconds(-305);
    await expect(reasonOf(token)).resolves.toBe('accepted');
  });

  it.each([
    ['iat', { iat: NOW }, 'issued_in_future'],
    ['nbf', { nbf: NOW }, 'not_yet_valid'],
    ['auth_time', { auth_time: NOW }, 'auth_time_in_future'],
    ['auth_time with a fraction', { auth_time: NOW - 0.75 }, 'auth_time_in_future'],
  ])('is refused by a clock that went back behind its %s', async (_, times, reason) => {
    const { reasonOf, passSeconds } = createWorld();
    const token = one.sign({ ...claims, auth_time: NOW - 600, iat: NOW - 600, ...times });
    await expect(reasonOf(token)).resolves.toBe('accepted');
    passSeconds(-5);
    await expect(reasonOf(token)).resolves.toBe('accepted');
    passSeconds(-1);
    await expect(reasonOf(token)).resolves.toBe(reason);
  });

  it('is verified again with a set read anew, and refused when its key is not in it any more', async () => {
    const { place, reasonOf, costOf, passSeconds } = createWorld();
    const token = one.sign({ ...claims, exp: NOW + 24 * HOUR });
    await reasonOf(token);
    passSeconds(601);
    expect(await costOf(token)).toBe(1);
    expect(await costOf(token)).toBe(0);
    place.signers = [two];
    passSeconds(599);
    await expect(reasonOf(token)).resolves.toBe('accepted');
    passSeconds(2);
    await expect(reasonOf(token)).resolves.toBe('key_unknown');
  });

  it('is refused when another key has come to have the name of its key', async () => {
    const { place, reasonOf, passSeconds } = createWorld();
    const token = one.sign({ ...claims, exp: NOW + 24 * HOUR });
    await reasonOf(token);
    place.signers = [stranger, two];
    passSeconds(601);
    await expect(reasonOf(token)).resolves.toBe('signature_wrong');
  });

  it('does not outlive the age up to which its key set may be trusted', async () => {
    const { place, reasonOf, passSeconds } = createWorld();
    const token = one.sign({ ...claims, exp: NOW + 24 * HOUR });
    await reasonOf(token);
    place.isReachable = false;
    passSeconds(MAX_AGE_SECONDS);
    await expect(reasonOf(token)).resolves.toBe('accepted');
    passSeconds(1);
    await expect(reasonOf(token)).resolves.toBe('none_usable');
  });

  it('of one of two issuers with the same keys leaves with the keys of its own', async () => {
    const { place, reasonOf, passSeconds } = createWorld();
    const ofMain = one.sign({ ...claims, exp: NOW + 24 * HOUR });
    const ofOther = one.sign({ ...claims, iss: other.issuer, exp: NOW + 24 * HOUR });
    await reasonOf(ofMain);
    passSeconds(300);
    await reasonOf(ofOther);
    place.signers = [two];
    passSeconds(301);
    await expect(reasonOf(ofMain)).resolves.toBe('key_unknown');
    await expect(reasonOf(ofOther)).resolves.toBe('accepted');
  });
});

describe('a token that is refused', () => {
  it('is refused again, and takes the place of none that is remembered', async () => {
    const { verifier, costOf, reasonOf, signatures } = createWorld();
    const token = one.sign(claims);
    await verifier.verify(token);
    const forged = Array.from({ length: 1100 }, (_, index) => stranger.sign({ ...claims, jti: index }));
    for (const junk of forged) await expect(reasonOf(junk)).resolves.toBe('signature_wrong');
    const before = signatures.mock.calls.length;
    await reasonOf(forged[0] ?? '');
    expect(signatures.mock.calls.length - before).toBe(1);
    expect(await costOf(token)).toBe(0);
  });
});

describe('whatever happens', () => {
  const signed = [
    one.sign(claims),
    two.sign({ ...claims, exp: NOW + 24 * HOUR }),
    one.sign({ ...claims, iat: undefined, exp: NOW + 24 * HOUR }),
    two.sign({ ...claims, nbf: NOW + 0.5, auth_time: NOW + 4.5, exp: NOW + 700.25 }),
    one.sign({ ...claims, iat: NOW + HOUR, exp: NOW + 5 * HOUR }),
    one.sign({ ...service, exp: NOW + 24 * HOUR }),
    two.sign({ ...claims, iss: other.issuer, exp: NOW + 24 * HOUR }),
    stranger.sign({ ...claims, exp: NOW + 24 * HOUR }),
    two.sign({ ...claims, client_id: 'stranger' }),
    'e30.e30.AAAA',
  ];
  const seconds = fc.oneof(
    fc.constantFrom(-1, 1, 5, 29, 31, 295, 301, 601, HOUR, MAX_AGE_SECONDS),
    fc.integer({ min: -400, max: 400 }),
  );
  const verifies = fc.record({ token: fc.constantFrom(...signed) });
  const step = fc.oneof(
    { weight: 6, arbitrary: verifies },
    { weight: 3, arbitrary: fc.record({ seconds }) },
    { weight: 1, arbitrary: fc.record({ signers: fc.subarray([one, two, stranger], { minLength: 1 }) }) },
    { weight: 1, arbitrary: fc.record({ isReachable: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ refreshed: true }) },
  );
  const outcomeOf = async (verifier: TokenVerifier, token: string, reads: string[]) => {
    const from = reads.length;
    const outcome = await verifier.verify(token).catch((error: object) => ({ ...error, text: String(error) }));
    return { outcome, reads: reads.slice(from) };
  };

  it.each(['provider', 'table'] as const)(
    'it says what a verifier without memory says (keys from the %s)',
    async (from) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
          const { place, depsWith } = createPlace();
          const remembering = createRememberingVerifier(depsWith(from));
          const plain = createTokenVerifier(depsWith(from));
          for (const happens of steps) {
            if ('seconds' in happens) place.nowMs += happens.seconds * 1000;
            if ('signers' in happens) place.signers = happens.signers;
            if ('isReachable' in happens) place.isReachable = happens.isReachable;
            if ('refreshed' in happens)
              place.table = parseKeySet(jwksOf(place.signers), algorithms, place.nowMs / 1000);
            if (!('token' in happens)) continue;
            const expected = await outcomeOf(plain, happens.token, place.reads);
            expect(await outcomeOf(remembering, happens.token, place.reads)).toEqual(expected);
          }
        }),
        { numRuns: 150 },
      );
    },
  );
});
