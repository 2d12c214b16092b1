import { readFileSync } from 'node:fs';
import { createTestSigner, recordTelemetry, type TestAlgorithm, type TestSigner } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import type { Issuer } from '../issuer.ts';
import { parseIssuers } from '../issuer.ts';
import type { VerifiedToken } from '../judge-token.ts';
import { parseKeySet } from '../key-set.ts';
import { createKeySets } from '../key-sets.ts';
import { createTokenVerifier, userOf } from '../verify-token.ts';
import { auth0 } from './auth0-fixture.ts';
import { cognito } from './cognito-fixture.ts';
import { duende } from './duende-fixture.ts';
import { entra } from './entra-fixture.ts';
import { google } from './google-fixture.ts';
import { keycloak } from './keycloak-fixture.ts';
import { okta } from './okta-fixture.ts';
import { others } from './others-fixture.ts';
import { NOW, type Provider } from './provider-fixture.ts';

const PROVIDERS: Readonly<Record<string, Provider>> = {
  cognito,
  keycloak,
  okta,
  entra,
  auth0,
  duende,
  google,
  others,
};

const signers = new Map<TestAlgorithm, TestSigner>();
function signerOf(alg: TestAlgorithm): TestSigner {
  const signer = signers.get(alg) ?? createTestSigner(alg, `key-${alg}`);
  signers.set(alg, signer);
  return signer;
}

/** What an issuer publishes: a key for each of its algorithms, and one for something else. */
function publishedBy({ algorithms }: Issuer): string {
  const keys = algorithms.map((alg) => signerOf(alg).jwk);
  return JSON.stringify({ keys: [{ kty: 'RSA', use: 'enc', kid: 'e', n: 'AQAB', e: 'AQAB', x5c: null }, ...keys] });
}

/** The verifier of a deployed function, with its key sets; providers are not asked over the network. */
function verifierOf({ issuers }: Provider, published?: string) {
  const nowMs = () => NOW * 1000 + 250;
  const keys = createKeySets({
    store: { get: async () => undefined },
    fetchKeySet: async (issuer) => parseKeySet(published ?? publishedBy(issuer), issuer.algorithms, NOW),
    maxAgeSeconds: 86_400,
    nowMs,
    telemetry: recordTelemetry(),
  });
  return createTokenVerifier({ issuers: parseIssuers(issuers), keys, nowMs });
}

type Shape = Provider['accepted'][string];

function tokenOf({ issuers, claims, header }: Provider, { alias, alg, changes, header: special }: Shape): string {
  const issuer = issuers.find((each) => alias === undefined || each.alias === alias);
  if (issuer === undefined) throw new Error(`no issuer ${alias}`);
  const signer = signerOf(alg ?? issuer.algorithms[0] ?? 'RS256');
  return signer.sign({ ...claims, iss: issuer.issuer, ...changes }, { ...header, ...special });
}

function toldBy(token: VerifiedToken) {
  const { clientId, scope, groups } = token.type === 'login' ? token.login : token.service;
  const authTime = token.type === 'login' ? { authTime: token.login.authTime } : {};
  return { type: token.type, sub: userOf(token).sub, clientId, scope, groups, ...authTime };
}

function rows<S>(shapesOf: (provider: Provider) => Readonly<Record<string, S>>) {
  return Object.entries(PROVIDERS).flatMap(([name, provider]) =>
    Object.entries(shapesOf(provider)).map(([what, shape]) => [name, what, provider, shape] as const),
  );
}

describe('an access token', () => {
  it.each(rows(({ accepted }) => accepted))('of %s is accepted: %s', async (_name, _what, provider, shape) => {
    const token = await verifierOf(provider).verify(tokenOf(provider, shape));
    expect(toldBy(token)).toMatchObject({ type: 'login', ...shape.expected });
  });
});

describe('what is no access token for us', () => {
  it.each(rows(({ refused }) => refused))(
    'of %s is refused: %s',
    async (_name, _what, provider, { reason, ...shape }) => {
      const verdict = verifierOf(provider).verify(tokenOf(provider, shape));
      await expect(verdict).rejects.toMatchObject({ code: 'TOKEN_INVALID', reason });
    },
  );
});

describe('a key set', () => {
  const [one, two] = [createTestSigner('RS256', 'same'), createTestSigner('RS256', 'same')];
  const nameless = { ...one.jwk, kid: undefined };
  const pss = createTestSigner('PS256', 'pss');
  const noKid = { kid: undefined };

  it.each<[string, readonly unknown[], TestSigner, Shape['header']]>([
    ['with a key without kid, and a token without', [nameless], one, noKid],
    ['with a key without kid, and a token with one', [nameless], one, {}],
    ['with one key, and a token without kid', [one.jwk], one, noKid],
    ['with a key of another kind beside it, and a token without kid', [one.jwk, signerOf('ES256').jwk], one, noKid],
    ['with two keys of one kid, by the first', [one.jwk, two.jwk], one, {}],
    ['with two keys of one kid, by the second', [one.jwk, two.jwk], two, {}],
    [
      'with null for what keys do not have',
      [{ ...one.jwk, d: null, use: null, key_ops: null, x5u: null, alg: null }],
      one,
      {},
    ],
    ['with keys that nobody knows', [null, {}, { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA' }, one.jwk], one, {}],
    ['with a key of RS256 and one of PS256 under one kid', [{ ...pss.jwk, kid: 'same' }, one.jwk], one, {}],
  ])('%s, verifies', async (_name, keys, signer, header) => {
    const token = signer.sign(cognito.claims, header);
    await expect(verifierOf(cognito, JSON.stringify({ keys })).verify(token)).resolves.toMatchObject({ type: 'login' });
  });

  it.each<[string, readonly object[], Shape['header']]>([
    ['with two keys that fit, and a token without kid', [one.jwk, { ...two.jwk, kid: 'other' }], noKid],
    ['with a key made for another algorithm', [{ ...one.jwk, alg: 'PS256' }, signerOf('RS256').jwk], {}],
    ['with a key for encryption', [{ ...one.jwk, use: 'enc' }, signerOf('RS256').jwk], {}],
  ])('%s, does not', async (_name, keys, header) => {
    const verdict = verifierOf(cognito, JSON.stringify({ keys })).verify(one.sign(cognito.claims, header));
    await expect(verdict).rejects.toMatchObject({ reason: 'key_unknown' });
  });
});

describe('the table of tokens', () => {
  it('is as long as it was', () => {
    const count = (kind: 'accepted' | 'refused') =>
      Object.values(PROVIDERS).reduce((sum, provider) => sum + Object.keys(provider[kind]).length, 0);
    expect(count('accepted')).toBeGreaterThanOrEqual(100);
    expect(count('refused')).toBeGreaterThanOrEqual(50);
  });

  it('has tokens as long as a gateway lets through', async () => {
    const long = { changes: { permissions: Array(265).fill('read:orders-of-a-region') } };
    const token = tokenOf(auth0, long);
    expect(token.length).toBeGreaterThan(9000);
    await expect(verifierOf(auth0).verify(token)).resolves.toMatchObject({ type: 'login' });
  });
});

describe('an access token that is no JWT', () => {
  it.each([
    ['of Google', 'ya29.a0AfH6SMBxEXAMPLE'],
    ['of GitHub', 'gho_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['of Auth0 without an audience: encrypted', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA'],
  ])('%s is refused', async (_, token) => {
    await expect(verifierOf(google).verify(token)).rejects.toMatchObject({ reason: 'not_canonical' });
  });
});

describe('the page on providers', () => {
  const page = readFileSync(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/```json\n(.*?)```/gs)].flatMap(([, json = '']) => parseIssuers(JSON.parse(json)));

  it.each(['cognito', 'keycloak', 'okta', 'entra', 'auth0', 'duende'])('shows %s as it is tested here', (alias) => {
    const tested = Object.values(PROVIDERS).flatMap(({ issuers }) => issuers);
    expect(shown.find((issuer) => issuer.alias === alias)).toEqual(tested.find((issuer) => issuer.alias === alias));
  });
});
