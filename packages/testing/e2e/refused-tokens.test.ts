import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportSPKI, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { eventually, get, post, type SharedDev, sharedDev } from './dev.ts';
import { readLogs, textsWithTokens } from './logs.ts';

let dev: SharedDev;
let good: string;
let idToken: string;
let jwk: JWK;
let claims: JWTPayload;
let events: string;
beforeAll(async () => {
  dev = await sharedDev();
  good = await dev.token('tara');
  idToken = await dev.printedToken('tara', '--id-token');
  events = `${dev.api}/users/tara/events`;
  await post(`${dev.api}/users/tara/sessions`, good);
  const { keys } = JSON.parse(readFileSync(join(dev.dataDir, 'provider/keys.json'), 'utf8')) as { keys: JWK[] };
  jwk = keys[0] as JWK;
  claims = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString());
});
afterAll(() => dev?.assertNoLogHasTokens());

async function signed(payload: JWTPayload): Promise<string> {
  const header = { alg: 'RS256', kid: jwk.kid ?? '', typ: 'at+jwt' };
  return new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(jwk, 'RS256'));
}

describe('a token that is not a good access token of a configured issuer is answered with 401', () => {
  const forgeries: Record<string, () => string | Promise<string>> = {
    garbage: () => 'garbage',
    'three segments of garbage': () => 'a.b.c',
    'an ID token': () => idToken,
    'an access token that says it is an ID token': () => signed({ ...claims, token_use: 'id' }),
    'one that expired a minute ago': () => signed({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }),
    'one of another issuer, with our key': () => signed({ ...claims, iss: 'http://localhost:1' }),
    'one of another client': () => signed({ ...claims, client_id: 'somebody-else' }),
    'one without its login claim': () => signed(without(claims, 'origin_jti')),
    'one that carries at_hash': () => signed({ ...claims, at_hash: 'h' }),
    'one of a stranger who uses our key id': () => {
      const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' }).sign(stranger);
    },
    'alg none': () => `${encode({ alg: 'none', kid: jwk.kid })}.${encode(claims)}.`,
    'alg HS256 under the public key': async () => {
      const { kty, n, e } = jwk;
      const pem = await exportSPKI((await importJWK({ kty, n, e } as JWK, 'RS256')) as CryptoKey);
      const secret = createPublicKey(pem).export({ type: 'spki', format: 'pem' });
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: jwk.kid ?? '' }).sign(Buffer.from(secret));
    },
  };

  for (const [name, forge] of Object.entries(forgeries)) {
    it(name, async () => {
      const forged = dev.remember(await forge());
      expect(await get(events, forged)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      const bootstrap = await post(`${dev.api}/auth/bootstrap-session`, forged);
      expect(bootstrap).toMatchObject({ status: 401, body: { success: false, error: { code: 'UNAUTHORIZED' } } });
    });
  }

  it('no token at all', async () => {
    expect(await get(events)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
  });

  it('but one is let in whatever its other claims say, as long as a gateway takes its header', async () => {
    const whatever = { nonce: 'n', scope: ['openid', 7], acr: { values: ['x'] }, amr: 'pwd', nbf: null };
    const groups = Array.from({ length: 800 }, (_, index) => `g-${index}`);
    const long = await signed({ ...claims, ...whatever, 'cognito:groups': groups } as unknown as JWTPayload);
    expect(long.length).toBeGreaterThan(8192);
    expect((await get(events, dev.remember(long))).status).toBe(200);
  });

  it('but the good one, signed again by the same hand, is let in', async () => {
    expect((await get(events, dev.remember(await signed(claims)))).status).toBe(200);
    expect((await get(events, good)).status).toBe(200);
  });
});

describe('one token has one spelling: every other is answered with 401', () => {
  const spellings: Record<string, (token: string) => string> = {
    'padding after the signature': (token) => `${token}=`,
    'double padding': (token) => `${token}==`,
    'padding inside': (token) => token.replace('.', '=.'),
    'a space inside the payload': (token) => token.replace(/\.(....)/, '.$1 '),
    'a tab inside the signature': (token) => `${token.slice(0, -4)}\t${token.slice(-4)}`,
    'stray bits at the end': (token) => token.slice(0, -1) + strayBits(token.at(-1) ?? ''),
    'an empty fourth segment': (token) => `${token}.`,
    'an exclamation mark, which decoders skip': (token) => `${token.slice(0, -4)}!${token.slice(-4)}`,
    'the standard alphabet': (token) =>
      /[-_]/.test(token) ? token.replaceAll('-', '+').replaceAll('_', '/') : `${token}=`,
    'a second scheme word': (token) => `Bearer ${token}`,
  };
  for (const [name, respell] of Object.entries(spellings)) {
    it(name, async () => {
      expect((await get(events, respell(good))).status).toBe(401);
    });
  }
});

describe('whatever was sent', () => {
  it('no token is in any log of a function, of the API or of the terminal', async () => {
    const stranger = await dev.token('nobody');
    const { status, headers } = await get(`${dev.api}/users/nobody/events`, stranger);
    expect(status).toBe(403);
    const denied = `${headers.get('apigw-requestid')}`;
    const authorizer = () => readLogs(dev.dataDir).get('/aws/lambda/cloakroom-dev-authorizer') ?? '';
    await eventually('the last request is logged', async () => authorizer().includes(denied) || undefined);
    await eventually('the last request is told', async () => dev.output().includes(denied) || undefined);
    for (const code of ['authorizer.allowed', 'authorizer.unauthorized']) expect(authorizer()).toContain(code);
    expect(dev.logsWithTokens()).toEqual([]);
  });

  it('a token would be found, by its payload or by its signature', () => {
    const [, payload, signature] = good.split('.');
    const texts = { whole: good, payload: `<${payload}>`, signature: `<${signature}>`, nothing: 'tara' };
    expect(textsWithTokens(Object.entries(texts), [good])).toEqual(['whole', 'payload', 'signature']);
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function without(payload: JWTPayload, claim: string): JWTPayload {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== claim));
}

/** The next letter of the alphabet: a 256-byte signature ends in a character of which four bits are not used. */
function strayBits(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(character) + 1] ?? '';
}
