import { sidHash, sidKey } from '@cloakroom/core';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeysUnavailableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { createLogoutVerifier } from './logout-token.ts';

const NOW = 1_800_000_000;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const signer = createTestSigner('ES256', 'k1');
const stranger = createTestSigner('ES256', 'k1');
const keys = { find: async () => [signer.publicKey] };

type Json = Readonly<Record<string, unknown>>;

const issuer: Issuer = {
  ...anIssuer({ profile: 'plain', audiences: ['api'], clientIds: ['web', 'app'], loginClaim: 'sid' }),
  backchannelLogout: true,
};
const byTime: Issuer = { ...issuer, loginClaim: 'auth_time' };

const good: Json = {
  iss: issuer.issuer,
  aud: 'web',
  sub: 'ada',
  sid: 's-1',
  iat: NOW - 1,
  exp: NOW + 119,
  jti: 'j-1',
  events: { [EVENT]: {} },
};
const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name)));

interface Case {
  readonly claims?: Json;
  readonly header?: Json;
  readonly by?: typeof signer;
  readonly at?: Issuer;
}

function verify({ claims = good, header = {}, by = signer, at = issuer }: Case) {
  return createLogoutVerifier({ issuers: [at], keys, nowMs: () => NOW * 1000 }).verify(by.sign(claims, header));
}

const KEY = sidKey({ issuer: issuer.issuer, value: 's-1' });
const SESSION = { what: 'session', issuer: 'main', sidKey: KEY };
const ADA = { issuer: 'main', sub: 'ada' };
const OWNER = { user: ADA, sidHash: sidHash({ issuer: issuer.issuer, sub: 'ada', value: 's-1' }) };
const PERSON = { what: 'person', user: ADA, issuedAt: NOW - 1 };

/** As their documentation, their code or public reports show them. */
describe('a logout token of', () => {
  it.each<readonly [string, Case, object]>([
    [
      'Keycloak 26',
      { claims: { ...good, typ: 'Logout' }, header: { typ: 'logout+jwt' } },
      { ...SESSION, owner: OWNER },
    ],
    [
      'Keycloak before 23.0.4, without exp',
      { claims: { ...without('exp'), typ: 'Logout' }, header: { typ: 'JWT' } },
      { ...SESSION, owner: OWNER },
    ],
    [
      'Keycloak, where a client asks for no session',
      { claims: { ...without('sid'), typ: 'Logout', events: { [EVENT]: {}, revoke_offline_access: true } } },
      PERSON,
    ],
    [
      'Ory Hydra: sid alone, a list as audience, no exp',
      { claims: { ...without('sub', 'exp'), aud: ['web'] }, header: { typ: 'JWT' } },
      SESSION,
    ],
    ['authentik before 2025.8.2, without exp', { claims: without('exp') }, { ...SESSION, owner: OWNER }],
    ['Auth0', { header: { typ: 'logout+jwt' } }, { ...SESSION, owner: OWNER }],
    ['Duende IdentityServer', { header: { typ: 'application/logout+jwt' } }, { ...SESSION, owner: OWNER }],
    ['LemonLDAP::NG: sub alone, no exp', { claims: { ...without('sid', 'exp'), aud: ['web'] } }, PERSON],
    ['a provider of several audiences', { claims: { ...good, aud: ['other', 'app'] } }, { ...SESSION, owner: OWNER }],
    ['a provider with its own capitals', { header: { typ: 'Logout+JWT' } }, { ...SESSION, owner: OWNER }],
    ['a provider that writes null for nothing', { claims: { ...good, sub: null, nonce: null, nbf: null } }, SESSION],
    ['a provider whose jti is a number, and whose times have fractions', fractions(), { ...SESSION, owner: OWNER }],
  ])('%s is taken', async (_, shape, expected) => {
    await expect(verify(shape)).resolves.toEqual(expected);
  });
});

function fractions(): Case {
  return { claims: { ...good, jti: 7, iat: NOW - 0.5, exp: NOW + 119.5, nbf: NOW - 0.5 } };
}

describe('createLogoutVerifier', () => {
  it('goes by the person where logins are not known by their sid', async () => {
    await expect(verify({ at: byTime })).resolves.toEqual(PERSON);
    await expect(verify({ at: byTime, claims: without('sub') })).rejects.toMatchObject({ reason: 'session_not_named' });
  });

  it.each<readonly [string, Case, object]>([
    ['an expired one', { claims: { ...good, iat: NOW - 200, exp: NOW - 60 } }, { reason: 'expired' }],
    ['one without exp, of three minutes ago', { claims: { ...without('exp'), iat: NOW - 180 } }, { reason: 'expired' }],
    ['one of the future', { claims: { ...good, iat: NOW + 61 } }, { reason: 'issued_in_future' }],
    ['one that is not valid yet', { claims: { ...good, nbf: NOW + 61 } }, { reason: 'not_yet_valid' }],
    ['a foreign audience', { claims: { ...good, aud: 'other' } }, { reason: 'audience_refused', claim: 'aud' }],
    ['no audience', { claims: without('aud') }, { reason: 'audience_refused' }],
    ['one with a nonce', { claims: { ...good, nonce: 'n' } }, { reason: 'nonce_wrong', claim: 'nonce' }],
    ['one without iat', { claims: without('iat') }, { reason: 'claim_malformed', claim: 'iat' }],
    ['one without events', { claims: without('events') }, { reason: 'not_logout_token', claim: 'events' }],
    ['another event', { claims: { ...good, events: { 'urn:x': {} } } }, { reason: 'not_logout_token' }],
    ['an event that is no object', { claims: { ...good, events: { [EVENT]: true } } }, { reason: 'not_logout_token' }],
    ['neither sub nor sid', { claims: without('sub', 'sid') }, { reason: 'session_not_named' }],
    ['a sub that is no text', { claims: { ...good, sub: 7 } }, { reason: 'claim_malformed', claim: 'sub' }],
    ['an empty sid', { claims: { ...good, sid: '' } }, { reason: 'claim_malformed', claim: 'sid' }],
    ['a token of another kind', { header: { typ: 'at+jwt' } }, { reason: 'type_refused' }],
    ['a foreign key', { by: stranger }, { reason: 'signature_wrong' }],
    ['a foreign issuer', { claims: { ...good, iss: 'https://other.example' } }, { reason: 'issuer_unknown' }],
    [
      'an issuer that sends none',
      { at: { ...issuer, backchannelLogout: false } },
      { reason: 'issuer_unknown', claim: 'iss' },
    ],
  ])('refuses %s', async (_, shape, expected) => {
    await expect(verify(shape)).rejects.toMatchObject({ name: 'TokenInvalidError', ...expected });
  });

  it('bears a clock that is a minute apart', async () => {
    for (const claims of [
      { ...without('exp'), iat: NOW - 179 },
      { ...good, iat: NOW + 60 },
    ]) {
      await expect(verify({ claims })).resolves.toMatchObject(SESSION);
    }
  });

  it('tells that no key set can be had', async () => {
    const find = async () => {
      throw new KeysUnavailableError('none_usable', 'main', 30);
    };
    const verifier = createLogoutVerifier({ issuers: [issuer], keys: { find }, nowMs: () => NOW * 1000 });
    await expect(verifier.verify(signer.sign(good))).rejects.toBeInstanceOf(KeysUnavailableError);
  });

  it('refuses whatever is changed in a claim that decides', async () => {
    const isObjectLike = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    const other = (isRight: (value: unknown) => boolean) => fc.jsonValue().filter((value) => !isRight(value));
    const inList = (value: unknown) =>
      (Array.isArray(value) ? value : [value]).some((one) => ['web', 'app'].includes(one));
    const isWord = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 255;
    const isPrintable = (value: unknown) => isWord(value) && /^[\x20-\x7e]+$/.test(String(value));
    const isIn = (from: number, to: number) => (value: unknown) =>
      value === null || (typeof value === 'number' && value > from && value <= to);
    const changes = fc.oneof(
      fc.record({ iss: other((value) => value === issuer.issuer) }),
      fc.record({ aud: other(inList) }),
      fc.record({ iat: other((value) => typeof value === 'number' && value >= 1 && value <= NOW + 60) }),
      fc.record({ exp: other(isIn(NOW - 60, Infinity)) }),
      fc.record({ nbf: other(isIn(-Infinity, NOW + 60)) }),
      fc.record({ nonce: other((value) => value === null) }),
      fc.record({ sub: other((value) => value === null || isPrintable(value)) }),
      fc.record({ sid: other((value) => value === null || isWord(value)) }),
      fc.record({ events: other((value) => isObjectLike(value) && Object.hasOwn(Object(value), EVENT)) }),
      fc.record({ events: fc.record({ [EVENT]: other(isObjectLike) }) }),
    );
    const types = ['jwt', 'logout+jwt', 'application/logout+jwt'];
    const headers = fc.record({ typ: fc.string().filter((typ) => !types.includes(typ.toLowerCase())) });
    const cases = fc.oneof(
      changes.map((changed): Case => ({ claims: { ...good, ...changed } })),
      headers.map((header): Case => ({ header })),
    );
    await fc.assert(
      fc.asyncProperty(cases, async (shape) => {
        await expect(verify(shape)).rejects.toMatchObject({ name: 'TokenInvalidError' });
      }),
      { numRuns: 500 },
    );
  });
});
