import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto';
import { createTestSigner, recordTelemetry, type TestAlgorithm } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { ALGORITHMS } from './algorithms.ts';
import type { Issuer } from './issuer.ts';
import { parseKeySet } from './key-set.ts';
import { createKeySets } from './key-sets.ts';
import { createTokenVerifier } from './verify-token.ts';

/*
 * The kinds of forgeries that Wycheproof collects for JSON Web Signatures (https://github.com/C2SP/wycheproof), made anew for tokens
 * that are good in everything else.
 */

const NOW = 1_800_000_000;
const issuer: Issuer = {
  alias: 'main',
  issuer: 'https://id.example',
  jwksUri: 'https://id.example/keys',
  profile: 'plain',
  algorithms: [...ALGORITHMS],
  clientIds: ['web'],
  audiences: ['api'],
  loginClaim: 'auth_time',
};
const claims = {
  iss: issuer.issuer,
  sub: 'ada',
  client_id: 'web',
  aud: 'api',
  auth_time: NOW - 60,
  iat: NOW - 9,
  exp: NOW + 300,
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaJwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'raw' };
const signers = (['RS256', 'RS512', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const).map((alg) =>
  createTestSigner(alg, alg),
);

/** EdDSA and Ed25519 are two names of one algorithm. */
const isSame = (one: string, other: string) => one === other || (one.startsWith('Ed') && other.startsWith('Ed'));

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const segment = (value: object) => base64url(JSON.stringify(value));

async function verdictOn(token: string): Promise<string> {
  const nowMs = () => NOW * 1000;
  const text = JSON.stringify({ keys: [...signers.map(({ jwk }) => jwk), rsaJwk] });
  const keys = createKeySets({
    store: { get: async () => undefined },
    fetchKeySet: async ({ algorithms }) => parseKeySet(text, algorithms, NOW),
    maxAgeSeconds: 3600,
    nowMs,
    telemetry: recordTelemetry(),
  });
  return createTokenVerifier({ issuers: [issuer], keys, nowMs })
    .verify(token)
    .then(
      () => 'accepted',
      (error: { reason?: string }) => error.reason ?? String(error),
    );
}

describe.each(signers.map((signer) => [signer.alg, signer] as const))('a token signed with %s', (alg, signer) => {
  const token = signer.sign(claims);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  const bytes = Buffer.from(signature, 'base64url');
  const stranger = createTestSigner(alg as TestAlgorithm, alg);

  it('is accepted as it is', async () => {
    await expect(verdictOn(token)).resolves.toBe('accepted');
  });

  it.each([
    ['another signature', `${header}.${payload}.${flipped(signature)}`],
    ['no signature', `${header}.${payload}.`],
    ['no signature and no dot', `${header}.${payload}`],
    ['another payload', `${header}.${segment({ ...claims, sub: 'eve' })}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['another header', `${segment({ alg, kid: alg, x: 1 })}.${payload}.${signature}`],
    ['no header', `.${payload}.${signature}`],
    ['nothing but dots', '..'],
    ['nothing', ''],
    ['an empty part more', `${token}.`],
    ['a part more', `${token}.AAAA`],
    ['padding', `${token}=`],
    ['a line feed', `${token}\n`],
    ['white space within', `${header}. ${payload}.${signature}`],
    ['characters of plain base64', `${header}.${payload}.+/${signature.slice(2)}`],
    [
      'a signature that is longer by zeros',
      `${header}.${payload}.${base64url(Buffer.concat([bytes, Buffer.alloc(3)]))}`,
    ],
    [
      'a signature that begins with zeros',
      `${header}.${payload}.${base64url(Buffer.concat([Buffer.alloc(3), bytes]))}`,
    ],
    ['a signature that is shorter', `${header}.${payload}.${base64url(bytes.subarray(0, -3))}`],
    ['a signature of zeros', `${header}.${payload}.${base64url(Buffer.alloc(bytes.length))}`],
    ['a signature of ones', `${header}.${payload}.${base64url(Buffer.alloc(bytes.length, 0xff))}`],
    ['the JSON serialization', JSON.stringify({ payload, protected: header, signature })],
    ['a key that it brings along', stranger.sign(claims, { jwk: stranger.jwk })],
    ['an address of its key', stranger.sign(claims, { jku: 'https://evil.example/keys', x5u: 'https://evil.example' })],
    ['algorithm none', `${segment({ alg: 'none', kid: alg })}.${payload}.${signature}`],
    ['extensions', signer.sign(claims, { crit: ['b64'], b64: false })],
    ['the kid of another key', signer.sign(claims, { kid: alg === 'ES256' ? 'RS256' : 'ES256' })],
  ])('is refused with %s', async (_name, forged) => {
    await expect(verdictOn(forged)).resolves.not.toMatch(/^accepted$|Error/);
  });

  it.each(ALGORITHMS.filter((other) => !isSame(other, alg)))('is refused when it says %s', async (other) => {
    const relabelled = signer.sign(claims, { alg: other });
    await expect(verdictOn(relabelled)).resolves.toMatch(/^(key_unknown|signature_wrong)$/);
  });

  it.each(['HS256', 'HS384', 'HS512'])('is refused when it says %s, with the public key for a secret', async (hmac) => {
    const forged = signer.sign(claims, { alg: hmac });
    await expect(verdictOn(forged)).resolves.toBe('algorithm_refused');
  });
});

/** A DigestInfo of SHA-256 (RFC 8017 §9.2, note 1), or of something that is nearly one. */
const DIGEST_INFO = '3031300d060960864801650304020105000420';

describe('the padding of a signature by RSA (RFC 8017 §9.2)', () => {
  const signed = `${segment({ alg: 'RS256', kid: 'raw' })}.${segment(claims)}`;
  const hash = createHash('sha256').update(signed).digest('hex');
  const block = (parts: { head?: string; fill?: string; mid?: string; info?: string; tail?: string }): Buffer => {
    const { head = '0001', fill = 'ff', mid = '00', info = DIGEST_INFO, tail = '' } = parts;
    const rest = mid + info + hash + tail;
    const filled = 512 - head.length - rest.length;
    return Buffer.from(head + fill.repeat(Math.ceil(filled / fill.length)).slice(0, filled) + rest, 'hex');
  };
  const tokenWith = (em: Buffer) =>
    `${signed}.${base64url(privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, em))}`;

  it('is accepted as it is', async () => {
    await expect(verdictOn(tokenWith(block({})))).resolves.toBe('accepted');
  });

  it.each<[string, Parameters<typeof block>[0]]>([
    ['block type 0', { head: '0000' }],
    ['block type 2', { head: '0002' }],
    ['another first byte', { head: '0101' }],
    ['zeros for filling', { fill: '00' }],
    ['other bytes for filling', { fill: 'fe' }],
    ['a byte that is not ff in its filling', { fill: `${'ff'.repeat(40)}fe` }],
    ['no zero before the digest', { mid: 'ff' }],
    ['two zeros before the digest', { mid: '0000' }],
    ['something behind the digest', { tail: '00' }],
    ['much behind the digest, and little filling', { tail: '00'.repeat(190) }],
    ['no parameters', { info: '302f300b06096086480165030402010420' }],
    ['parameters that are not null', { info: '3031300d060960864801650304020105010420' }],
    ['a long length', { info: '308131300d060960864801650304020105000420' }],
    ['an indefinite length', { info: '3080300d060960864801650304020105000420' }],
    ['a wrong length', { info: '3032300d060960864801650304020105000420' }],
    ['the algorithm of SHA-1', { info: '3021300906052b0e03021a05000414' }],
    ['the algorithm of SHA-512', { info: '3051300d060960864801650304020305000440' }],
    ['the algorithm of SHA-384', { info: '3041300d060960864801650304020205000430' }],
    ['the algorithm of MD5', { info: '3020300c06082a864886f70d020505000410' }],
    ['no algorithm at all', { info: '' }],
    ['another tag', { info: '3131300d060960864801650304020105000420' }],
    ['a string of bits', { info: '3031300d060960864801650304020105000320' }],
  ])('is refused with %s', async (_name, parts) => {
    await expect(verdictOn(tokenWith(block(parts)))).resolves.toBe('signature_wrong');
  });

  it.each([0, 20, 31, 33, 64, 222])('by RSA-PSS is refused with a salt of %s bytes', async (saltLength) => {
    const input = `${segment({ alg: 'PS256', kid: 'raw' })}.${segment(claims)}`;
    const pss = (salt: number) => {
      const options = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
      return `${input}.${base64url(sign('sha256', Buffer.from(input), options))}`;
    };
    await expect(verdictOn(pss(32))).resolves.toBe('accepted');
    await expect(verdictOn(pss(saltLength))).resolves.toBe('signature_wrong');
  });
});

describe('a signature by ES256', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const word = (value: bigint) => value.toString(16).padStart(64, '0');
  const input = `${segment({ alg: 'ES256', kid: 'es' })}.${segment(claims)}`;
  const verify = (signature: Buffer | string, key: KeyObject = publicKey) => {
    const nowMs = () => NOW * 1000;
    const keys = { find: async () => [key] };
    const bytes = typeof signature === 'string' ? Buffer.from(signature, 'hex') : signature;
    return createTokenVerifier({ issuers: [issuer], keys, nowMs })
      .verify(`${input}.${base64url(bytes)}`)
      .then(
        () => 'accepted',
        (error: { reason?: string }) => error.reason ?? String(error),
      );
  };
  const good = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });

  it('is accepted as it is', async () => {
    await expect(verify(good)).resolves.toBe('accepted');
  });

  const special = [0n, 1n, order - 1n, order, order + 1n, 2n ** 256n - 1n];
  it.each(special.flatMap((r) => special.map((s) => [r, s] as const)))('of %s and %s is refused', async (r, s) => {
    await expect(verify(word(r) + word(s))).resolves.toBe('signature_wrong');
  });

  it('in the form of ASN.1 is refused', async () => {
    await expect(verify(sign('sha256', Buffer.from(input), privateKey))).resolves.toBe('signature_wrong');
  });

  it('over another hash is refused', async () => {
    const other = sign('sha512', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    await expect(verify(other)).resolves.toBe('signature_wrong');
  });

  it('of the same numbers under another key is refused', async () => {
    const other = createPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    await expect(verify(good, other)).resolves.toBe('signature_wrong');
  });
});
