import { describe, expect, it } from '@jest/globals';
import { withBrowser } from '../testing/browser-environment.ts';
import { assertDeployable } from './assert-deployable.ts';
import { cookieWarnings } from './cookie-problems.ts';
import { type Environment, parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';

const base = withBrowser(ENVIRONMENTS.dev);

/** With a page and an API at these addresses. */
function at(page: string, publicUrl: string, cookie: Partial<Environment['cookie']> = {}): Environment {
  return {
    ...withBrowser(base, { frontends: [{ url: page }] }),
    allowedOrigins: [page],
    publicUrl,
    cookie: { ...base.cookie, ...cookie },
  };
}

describe('the cookie of tickets', () => {
  it.each([
    ['https://app.example.com', 'https://api.example.com'],
    ['https://example.com', 'https://api.example.com'],
    ['https://app.example.com:8443', 'https://app.example.com/v1'],
    ['https://a.b.example.co.uk', 'https://example.co.uk'],
    ['https://app.example.com', 'https://api.example.com.'],
    ['http://localhost:5173', 'http://localhost:3000'],
    ['http://127.0.0.1:5173', 'http://127.0.0.1:3000'],
  ])('reaches the API of the same site: from %s to %s', (page, api) => {
    expect(parseEnvironment(at(page, api)).publicUrl).toBe(api);
  });

  it.each([
    ['https://app.example.com', 'https://api.example.org'],
    ['https://app.example.co.uk', 'https://api.other.co.uk'],
    ['https://app.github.io', 'https://api.github.io'],
    ['http://localhost:5173', 'http://127.0.0.1:3000'],
    ['http://localhost:5173', 'https://localhost:3000'],
  ])('does not reach another site: from %s to %s', (page, api) => {
    expect(() => parseEnvironment(at(page, api))).toThrow(
      `frontends of cognito: ${page} is another site than publicUrl ${api}, so browsers would not send it a cookie with cookie.sameSite Lax`,
    );
    expect(() => parseEnvironment(at(page, api, { sameSite: 'Strict' }))).toThrow('cookie.sameSite Strict');
    expect(parseEnvironment(at(page, api, { sameSite: 'None' })).cookie.sameSite).toBe('None');
  });

  it("says why API Gateway's own address will not do, even for a page at another one", () => {
    const api = 'https://abc123.execute-api.eu-central-1.amazonaws.com';
    for (const page of ['https://app.example.com', 'https://def456.execute-api.eu-central-1.amazonaws.com']) {
      expect(() => parseEnvironment(at(page, api))).toThrow('each address of API Gateway is a site of its own');
    }
  });

  it('is warned of where pages are on another site, since some browsers refuse it', () => {
    const none = { ...base, cookie: { ...base.cookie, sameSite: 'None' as const } };
    expect(cookieWarnings(none)).toEqual([expect.stringContaining('does not work in Safari')]);
    expect(cookieWarnings(base)).toEqual([]);
    expect(cookieWarnings({ ...ENVIRONMENTS.dev, cookie: none.cookie })).toEqual([]);
  });

  it.each<[object, string]>([
    [{ name: 'sid' }, 'cookie.name sid does not go with cookie.secure true'],
    [{ name: '__Secure-sid' }, 'cookie.name __Secure-sid does not go with cookie.secure true'],
    [{ secure: false }, 'cookie.name __Host-cloakroom does not go with cookie.secure false'],
    [{ name: 'sid', secure: false, sameSite: 'None' }, 'cookie.sameSite None does not go with cookie.secure false'],
    [{ name: '__Host-a b' }, 'cookie.name: must be 1 to 70 letters'],
    [{ sameSite: 'lax' }, 'cookie.sameSite'],
    [{ domain: 'example.com' }, 'cookie.domain'],
  ])('is refused as %j', (cookie, problem) => {
    expect(() => parseEnvironment({ ...base, cookie: { ...base.cookie, ...cookie } })).toThrow(problem);
  });

  it('may have the prefix that says http alone', () => {
    const cookie = { ...base.cookie, name: '__Host-Http-cloakroom', persistent: true };
    expect(parseEnvironment({ ...base, cookie }).cookie).toEqual(cookie);
  });
});

describe('signing in by browser', () => {
  it('needs the address that providers send browsers back to', () => {
    const { publicUrl: _, ...without } = base;
    expect(() => parseEnvironment(without)).toThrow('publicUrl is missing: providers send browsers back there');
  });

  it('needs each of its pages among the origins that may call', () => {
    expect(() => parseEnvironment({ ...base, allowedOrigins: ['https://other.example.com'] })).toThrow(
      'frontends of cognito: https://app.dev.example.com is none of allowedOrigins https://other.example.com',
    );
  });

  it('needs a name for its secret that Terraform can have as an address', () => {
    expect(() => parseEnvironment(withBrowser(base, { clientSecretName: 'My Secret' }))).toThrow(
      'clientSecretName My Secret must be 1 to 64 of a-z, 0-9 and -',
    );
  });

  it('asks nothing of an environment where nobody does', () => {
    const { dev } = ENVIRONMENTS;
    expect(parseEnvironment({ ...dev, cookie: { ...dev.cookie, name: 'sid' } }).publicUrl).toBeUndefined();
  });

  it('is not deployed with a page or an endpoint on this machine, or with a cookie that http may carry', () => {
    const page = 'http://localhost:5173';
    const environment = at(page, 'http://localhost:3000', { secure: false, name: 'sid' });
    expect(() => assertDeployable(environment)).toThrow(
      'issuers.0.browser.frontends.0: http://localhost:5173 is not https',
    );
    expect(() => assertDeployable(environment)).toThrow('cookie.secure: false is for this machine alone');
    const endpoints = { authorization: 'https://localhost/a', token: 'https://id.example.com/t' };
    expect(() => assertDeployable(withBrowser(base, { endpoints }))).toThrow(
      'issuers.0.browser.endpoints.authorization: https://localhost/a is this machine',
    );
  });
});
