import { describe, expect, it } from '@jest/globals';
import { createCookies } from './cookies.ts';

const HERE = new URL('https://api.example.com/auth/login');

/** The cookies that are kept of one answer. */
function kept(line: string, url = HERE): string {
  const cookies = createCookies();
  cookies.keep([line], url, 'strict');
  return cookies.header(url, 'strict');
}

describe('a cookie is kept', () => {
  it.each([
    '__Host-a=1; Secure; Path=/; HttpOnly',
    '__Host-Http-a=1; Secure; Path=/; HttpOnly',
    '__Http-a=1; Secure; HttpOnly',
    '__Secure-a=1; Secure',
    'a=1; SameSite=None; Secure',
    'a=1; Domain=example.com',
    `${'n'.repeat(96)}=${'v'.repeat(4000)}`,
  ])('%s', (line) => {
    expect(kept(line)).toBe(line.split(';')[0]);
  });

  it.each(['http://127.0.0.1:3000', 'http://localhost:3000'])('with Secure and a prefix at %s', (origin) => {
    expect(kept('__Host-a=1; Secure; Path=/', new URL(origin))).toBe('__Host-a=1');
  });
});

describe('a cookie is dropped', () => {
  it.each([
    '__Host-a=1; Path=/',
    '__Host-a=1; Secure; Path=/auth',
    '__Host-a=1; Secure',
    '__Host-a=1; Secure; Path=/; Domain=example.com',
    '__host-a=1; Path=/',
    '__Host-Http-a=1; Secure; Path=/',
    '__Http-a=1; Secure',
    '__Secure-a=1',
    'a=1; SameSite=None',
    'a=1; Domain=example.org',
    'a=1; Domain=com',
    `${'n'.repeat(97)}=${'v'.repeat(4000)}`,
  ])('%s', (line) => {
    expect(kept(line)).toBe('');
  });

  it('with Secure where the connection is not', () => {
    expect(kept('a=1; Secure', new URL('http://api.example.com'))).toBe('');
  });
});

it('requests carry what SameSite lets them; nothing said is Lax', () => {
  const cookies = createCookies();
  cookies.keep(['s=1; SameSite=Strict', 'l=1; SameSite=Lax', 'd=1', 'n=1; SameSite=None; Secure'], HERE, 'strict');
  expect(cookies.header(HERE, 'strict')).toBe('s=1; l=1; d=1; n=1');
  expect(cookies.header(HERE, 'lax')).toBe('l=1; d=1; n=1');
  expect(cookies.header(HERE, 'none')).toBe('n=1');
});

it('is cleared by the same name, path and domain alone', () => {
  const cookies = createCookies();
  cookies.keep(['__Host-a=1; Secure; Path=/'], HERE, 'strict');
  cookies.keep(['__Host-a=; Max-Age=0'], HERE, 'strict');
  expect(cookies.header(HERE, 'strict')).toBe('__Host-a=1');
  cookies.keep(['__Host-a=; Max-Age=0; Secure; Path=/'], HERE, 'strict');
  expect(cookies.header(HERE, 'strict')).toBe('');
});

it('scripts read what is not HttpOnly', () => {
  const cookies = createCookies();
  cookies.keep(['a=1', 'b=2; HttpOnly'], HERE, 'strict');
  expect(cookies.list(HERE, { isReadable: true }).map(({ key }) => key)).toEqual(['a']);
  expect(cookies.list(HERE).map(({ key }) => key)).toEqual(['a', 'b']);
});

it('a copy goes its own way', () => {
  const cookies = createCookies();
  cookies.keep(['a=1; Secure'], new URL('http://localhost/'), 'strict');
  const copy = cookies.copy();
  cookies.keep(['a=2; Secure'], new URL('http://localhost/'), 'strict');
  expect(copy.header(new URL('http://localhost/'), 'strict')).toBe('a=1');
});
