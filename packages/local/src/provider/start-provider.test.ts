import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { freePort } from '../base/ports.ts';
import { localToken } from './local-token.ts';
import { refresh } from './oidc-client.ts';
import { builtInService, builtInUser, SERVICE_CLIENT } from './provider-clients.ts';
import { serviceToken } from './service-token.ts';
import { signIn } from './sign-in.ts';
import { type LocalProvider, startProvider } from './start-provider.ts';

const root = mkdtempSync(join(tmpdir(), 'cloakroom-provider-'));
const port = await freePort();
let dataDir: string;
let provider: LocalProvider;

beforeEach(async () => {
  dataDir = mkdtempSync(join(root, 'data-'));
  provider = await start();
});
afterEach(() => provider.stop());
afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(): Promise<LocalProvider> {
  return startProvider({ port, dataDir: join(dataDir, 'provider') });
}

function token(user: string, newLogin = false) {
  return localToken(builtInUser(provider.issuer, { dataDir, user }), { newLogin });
}

/** The claims of a token whose signature is good under the provider's key set. */
async function claimsOf(jwt: string) {
  const keys = (await (await fetch(`${provider.issuer}/jwks`)).json()) as JSONWebKeySet;
  return jwtVerify(jwt, createLocalJWKSet(keys), { issuer: provider.issuer, algorithms: ['RS256'] });
}

async function loginOf(tokens: { accessToken: string }): Promise<unknown> {
  return (await claimsOf(tokens.accessToken)).payload.origin_jti;
}

describe('the local provider', () => {
  it("makes access tokens of people that look like Cognito's", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { payload } = await claimsOf((await token('alice')).accessToken);
    expect(payload).toEqual({
      iss: `http://localhost:${port}`,
      sub: 'alice',
      username: 'alice',
      client_id: 'cloakroom-local',
      token_use: 'access',
      scope: 'openid profile email',
      origin_jti: expect.stringMatching(/.{20}/),
      auth_time: expect.any(Number),
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 3600,
    });
    expect(payload.auth_time).toBeGreaterThanOrEqual(before);
  });

  it('makes ID tokens for the client, of the same sign-in', async () => {
    const tokens = await token('alice');
    const { payload } = await claimsOf(tokens.idToken);
    expect(payload).toMatchObject({
      aud: 'cloakroom-local',
      sub: 'alice',
      token_use: 'id',
      'cognito:username': 'alice',
      origin_jti: await loginOf(tokens),
    });
    expect(payload.auth_time).toEqual((await claimsOf(tokens.accessToken)).payload.auth_time);
  });

  it('has administrators, and everyone else', async () => {
    const groupsOf = async (user: string) =>
      (await claimsOf((await token(user)).accessToken)).payload['cognito:groups'];
    expect(await groupsOf('admin')).toEqual(['admins']);
    expect(await groupsOf('alice')).toBeUndefined();
    expect(await groupsOf('constructor')).toBeUndefined();
  });

  it('shows public keys only', async () => {
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as JSONWebKeySet;
    expect(keys).toEqual([
      { kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String), e: 'AQAB', n: expect.any(String) },
    ]);
  });

  it('survives a restart with its keys and sign-ins', async () => {
    const before = await token('alice');
    await provider.stop();
    provider = await start();
    await expect(claimsOf(before.accessToken)).resolves.toBeDefined();
    expect(await loginOf(await token('alice'))).toBe(await loginOf(before));
  });

  it('keeps its secrets to their owner', async () => {
    await token('alice');
    for (const file of ['provider/keys.json', 'provider/state.json', 'tokens/alice.json']) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('answers on the IPv4 address of localhost', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
    expect(await answer.json()).toMatchObject({
      issuer: `http://localhost:${port}`,
      jwks_uri: expect.stringMatching(/\/jwks$/),
    });
  });

  it('demands PKCE', async () => {
    const query = 'client_id=cloakroom-local&response_type=code&redirect_uri=http://127.0.0.1/callback&scope=openid';
    const answer = await fetch(`${provider.issuer}/auth?${query}`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toMatch(/error=invalid_request/);
  });

  it('lets pages of this machine call the token endpoint, and no others', async () => {
    const allowed = async (origin: string) => {
      const body = new URLSearchParams({
        client_id: 'cloakroom-local',
        grant_type: 'refresh_token',
        refresh_token: 'x',
      });
      const answer = await fetch(`${provider.issuer}/token`, { method: 'POST', headers: { origin }, body });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await allowed('http://127.0.0.1:5173')).toBe('http://127.0.0.1:5173');
    expect(await allowed('http://localhost.evil.example')).toBeNull();
  });

  it('gives nothing to a page of another name that resolves to this machine', async () => {
    const status = await new Promise((resolve) => {
      const headers = { host: `evil.example:${port}` };
      request({ host: '127.0.0.1', port, path: '/jwks', headers }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });

  it('says that the port is taken', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'PORT_IN_USE', port });
  });

  it('says that its data is damaged', async () => {
    await provider.stop();
    for (const text of ['{', '{}']) {
      writeFileSync(join(dataDir, 'provider/state.json'), text);
      await expect(start()).rejects.toThrow(/damaged.*--fresh/);
    }
    rmSync(join(dataDir, 'provider/state.json'));
    provider = await start();
  });
});

describe('the login page', () => {
  /** Begins a sign-in and returns its page's address and cookies. */
  async function begin() {
    const challenge = 'x'.repeat(43);
    const query = `client_id=cloakroom-local&response_type=code&redirect_uri=http://127.0.0.1:5173/callback&scope=openid&code_challenge=${challenge}&code_challenge_method=S256&login_hint=%3Cb%3E`;
    const answer = await fetch(`${provider.issuer}/auth?${query}`, { redirect: 'manual' });
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return { url: new URL(answer.headers.get('location') ?? '', provider.issuer), headers: { cookie } };
  }

  it('asks for a name, and shows what it is given as text', async () => {
    const { url, headers } = await begin();
    const page = await (await fetch(url, { headers })).text();
    expect(page).toContain('<form method="post">');
    expect(page).toContain('value="&lt;b&gt;"');
  });

  it.each(['', '  ', 'n\u00e4me', 'x'.repeat(256)])('does not take the name "%s"', async (login) => {
    const { url, headers } = await begin();
    const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams({ login }) });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('role="alert"');
  });

  it('is over for those who did not begin it', async () => {
    const { url } = await begin();
    expect((await fetch(url)).status).toBe(400);
  });
});

describe('tokens for the command line', () => {
  it('are of the same sign-in until a new one is asked for', async () => {
    const first = await token('alice');
    const again = await token('alice');
    expect(again.accessToken).not.toBe(first.accessToken);
    expect(await loginOf(again)).toBe(await loginOf(first));
    const renewed = await token('alice', true);
    expect(await loginOf(renewed)).not.toBe(await loginOf(first));
    expect(await loginOf(await token('alice'))).toBe(await loginOf(renewed));
  });

  it('are of one sign-in when asked for at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => token('bob')));
    const logins = await Promise.all(all.map(loginOf));
    expect(new Set(logins).size).toBe(1);
  });

  it('are of different sign-ins for different users, whatever their names', async () => {
    const names = ['carl', '../carl', 'a b/c', '%2e'];
    const subs = [];
    for (const name of names) subs.push((await claimsOf((await token(name)).accessToken)).payload.sub);
    expect(subs).toEqual(names);
  });

  it('come from a new sign-in when the provider has forgotten the old one', async () => {
    await token('alice');
    await provider.stop();
    rmSync(join(dataDir, 'provider'), { recursive: true });
    provider = await start();
    expect((await claimsOf((await token('alice')).accessToken)).payload.sub).toBe('alice');
  });

  it('are refused for a name that is none', async () => {
    await expect(token('\u00e4')).rejects.toThrow(/printable ASCII/);
  });

  it('say what to do when no provider is running', async () => {
    const issuer = `http://localhost:${await freePort()}`;
    const asked = localToken(builtInUser(issuer, { dataDir, user: 'alice' }), { newLogin: false });
    await expect(asked).rejects.toThrow(`no provider answers at ${issuer}: start it with scripts/dev`);
  });

  it('fail when the kept file is not readable as one', async () => {
    await token('alice');
    const file = join(dataDir, 'tokens/alice.json');
    writeFileSync(file, '{}');
    expect(await loginOf(await token('alice'))).toBeDefined();
    writeFileSync(file, '{');
    await expect(token('alice')).rejects.toThrow(SyntaxError);
  });
});

describe('tokens of the service client', () => {
  it("look like Cognito's for a program: the client is its subject, and there is no login", async () => {
    const { payload } = await claimsOf(await serviceToken(builtInService(provider.issuer)));
    expect(payload).toEqual({
      iss: `http://localhost:${port}`,
      sub: 'cloakroom-service',
      client_id: 'cloakroom-service',
      token_use: 'access',
      scope: 'cloakroom/service',
      auth_time: expect.any(Number),
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 3600,
    });
  });

  async function ask(credentials: string, scope: string) {
    const answer = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    });
    return (await answer.json()) as { access_token?: string; error?: string; scope?: string };
  }

  it.each([
    ['another secret', `${SERVICE_CLIENT.id}:guessed`, 'invalid_client'],
    ['the client of people', 'cloakroom-local:', 'invalid_request'],
  ])('are not to be had with %s', async (_, credentials, error) => {
    const answer = await ask(credentials, SERVICE_CLIENT.scope);
    expect(answer).toMatchObject({ error });
    expect(answer).not.toHaveProperty('access_token');
  });

  it('have none of the scopes of people', async () => {
    const { scope } = await ask(`${SERVICE_CLIENT.id}:${SERVICE_CLIENT.secret}`, 'openid profile');
    expect(scope).toBeUndefined();
  });

  it('say what to do when no provider is running', async () => {
    const issuer = `http://localhost:${await freePort()}`;
    await expect(serviceToken(builtInService(issuer))).rejects.toThrow(
      `no provider answers at ${issuer}: start it with scripts/dev`,
    );
  });

  it.each([
    ['{"error":"invalid_client"}', 'the provider refused: invalid_client'],
    ['{}', 'the provider refused: status 401 at /token'],
  ])('are not made up when the provider says %s', async (text, message) => {
    const refusing = createServer((_, response) => response.writeHead(401).end(text));
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const { port: refusingPort } = refusing.address() as AddressInfo;
    await expect(serviceToken(builtInService(`http://127.0.0.1:${refusingPort}`))).rejects.toThrow(message);
    refusing.closeAllConnections();
    refusing.close();
  });
});

describe('revocation', () => {
  it('ends a sign-in at the provider', async () => {
    const alice = builtInUser(provider.issuer, { dataDir, user: 'alice' });
    const { refreshToken } = await signIn(alice);
    const body = new URLSearchParams({ client_id: 'cloakroom-local', token: refreshToken });
    expect((await fetch(`${provider.issuer}/token/revocation`, { method: 'POST', body })).status).toBe(200);
    await expect(refresh(alice.client, refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(readFileSync(join(dataDir, 'provider/state.json'), 'utf8')).not.toContain(refreshToken);
  });
});

it('answers on the IPv6 address of localhost, where there is one', async () => {
  const status = await new Promise<number | undefined>((resolve) => {
    request({ host: '::1', port, path: '/jwks' }, (answer) => resolve(answer.resume().statusCode))
      .once('error', () => resolve(undefined))
      .end();
  });
  expect([200, undefined]).toContain(status);
});
