import { describe, expect, it } from '@jest/globals';
import { judgeCookieRequest } from './csrf.ts';

const APP = 'https://app.example.com';
const ALLOWED = [APP, 'capacitor://localhost'];

interface Sent {
  readonly csrf?: string;
  readonly origin?: string;
  readonly site?: string;
}

function judge(method: string, { csrf, origin, site }: Sent, allowedOrigins: readonly string[] = ALLOWED) {
  const headers = new Map([
    ['x-cloakroom-csrf', csrf],
    ['origin', origin],
    ['sec-fetch-site', site],
  ]);
  return judgeCookieRequest({ method, header: (name) => headers.get(name), allowedOrigins });
}

const UNSAFE = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', ''];
const SITES = ['same-origin', 'same-site', 'cross-site', 'something-new', undefined];
const site = (value: string | undefined) => (value === undefined ? {} : { site: value });

describe('a request with a cookie', () => {
  it.each(SITES)('passes by header and listed Origin, with Sec-Fetch-Site %s', (value) => {
    for (const method of ['GET', 'HEAD', ...UNSAFE]) {
      for (const origin of ALLOWED) expect(judge(method, { csrf: '1', origin, ...site(value) })).toBeUndefined();
    }
  });

  it.each(['same-origin', undefined])('that is safe passes without an Origin, with Sec-Fetch-Site %s', (value) => {
    for (const method of ['GET', 'HEAD']) expect(judge(method, { csrf: '1', ...site(value) })).toBeUndefined();
    for (const method of UNSAFE) expect(judge(method, { csrf: '1', ...site(value) })).toBe('origin_missing');
  });

  it.each([undefined, '', '0', '1,1', '1, 1', 'true'])('does not pass with x-cloakroom-csrf: %s', (csrf) => {
    for (const method of ['GET', 'HEAD', ...UNSAFE]) {
      const sent = { origin: APP, site: 'same-origin', ...(csrf === undefined ? {} : { csrf }) };
      expect(judge(method, sent)).toBe('csrf_header_missing');
    }
  });

  it.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'https://evil.example/https://app.example.com',
    'https://app.example.com/',
    'https://APP.example.com',
    'http://app.example.com',
    'https://app.example.com:444',
    'null',
    '',
    '*',
    `${APP},${APP}`,
    `${APP}, https://evil.example`,
  ])('does not pass from %j', (origin) => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const value of SITES) expect(judge(method, { csrf: '1', origin, ...site(value) })).toBe('origin_refused');
    }
  });

  it('does not pass from anywhere where no origin is listed', () => {
    expect(judge('POST', { csrf: '1', origin: APP, site: 'same-origin' }, [])).toBe('origin_refused');
  });

  it('does not pass as a navigation, whatever its Origin', () => {
    for (const method of ['GET', 'POST']) {
      expect(judge(method, { csrf: '1', origin: APP, site: 'none' })).toBe('fetch_site_refused');
    }
    expect(judge('GET', { csrf: '1', site: 'none' })).toBe('fetch_site_refused');
  });

  it.each(['same-site', 'cross-site', 'something-new', '', 'same-origin,same-origin'])(
    'that is safe does not pass without an Origin from %j',
    (value) => {
      expect(judge('GET', { csrf: '1', site: value })).toBe('fetch_site_refused');
    },
  );
});
