import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { decodeJwt } from 'jose';
import { freePort } from '../base/ports.ts';
import { type Browser, createBrowser } from '../browser/create-browser.ts';
import { endpointPath } from './before-provider.ts';
import type { Endpoint } from './provider-behaviour.ts';
import { BROWSER_CLIENTS } from './provider-clients.ts';
import type { ProviderShape } from './provider-shape.ts';
import { type ProviderOptions, startProvider } from './start-provider.ts';

const CALLBACK = 'http://127.0.0.1:3000/auth/callback/local';
export const LEFT = 'http://127.0.0.1:3000/auth/left';
export const CLIENT = BROWSER_CLIENTS.client_secret_basic;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Parameters = Readonly<Record<string, string>>;
/** The answer of a token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly refresh_expires_in?: number;
  readonly error?: string;
}

/** A provider of a shape until the test is over, and what a test does with it as its confidential browser client. */
export async function startShape(shape: ProviderShape, options: Partial<ProviderOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-provider-'));
  const provider = await startProvider({ port: await freePort(), dataDir, shape, ...options });
  stops.push(async () => {
    await provider.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const at = (endpoint: Endpoint) => provider.issuer + endpointPath(shape, endpoint);
  const verifier = randomUUID() + randomUUID();

  /** The page that an authorization request leads to, or the address at which it comes back. */
  function begin(browser: Browser, parameters: Parameters = {}) {
    const query = new URLSearchParams({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return browser.open(`${at('authorization')}?${query}`, CALLBACK);
  }

  /** What comes back to the client, through the login page if it shows. */
  async function authorize(browser: Browser = createBrowser(), parameters: Parameters = {}, user = 'alice') {
    const page = await begin(browser, parameters);
    const isLoginPage = page.status === 200;
    const arrived = isLoginPage ? await browser.submit(page, { login: user }, CALLBACK) : page;
    return { answer: Object.fromEntries(arrived.url.searchParams), wasAsked: isLoginPage };
  }

  async function askTokens(fields: Parameters, headers: Parameters = basic(CLIENT)): Promise<TokenAnswer> {
    const response = await fetch(at('token'), { method: 'POST', headers, body: new URLSearchParams(fields) });
    return { ...((await response.json()) as TokenAnswer), status: response.status };
  }

  const redeem = (code = '', more: Parameters = {}, headers?: Parameters) =>
    askTokens(
      { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK, ...more },
      headers,
    );

  return {
    provider,
    at,
    begin,
    authorize,
    redeem,
    async signIn(browser?: Browser, parameters?: Parameters, user?: string) {
      return redeem((await authorize(browser, parameters, user)).answer.code);
    },
    refresh: (token: string) => askTokens({ grant_type: 'refresh_token', refresh_token: token }),
  };
}

export function basic({ id, secret }: { readonly id: string; readonly secret: string }): Parameters {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

export const claimsOf = (token: string): Readonly<Record<string, unknown>> => decodeJwt(token);
