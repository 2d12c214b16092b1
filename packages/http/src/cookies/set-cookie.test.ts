import { readEnv } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cookieEnv, ticketCookieFrom, ticketEnv, ticketRulesFrom } from './env.ts';
import { findCookie } from './parse-cookies.ts';
import { clearCookie, setCookie } from './set-cookie.ts';

const NAME = '__Host-cloakroom';
const lax = { sameSite: 'Lax', isSecure: true } as const;

describe('a cookie that is set', () => {
  it.each([
    [lax, `${NAME}=v; Path=/; HttpOnly; Secure; SameSite=Lax`],
    [{ ...lax, sameSite: 'Strict' }, `${NAME}=v; Path=/; HttpOnly; Secure; SameSite=Strict`],
    [{ ...lax, sameSite: 'None' }, `${NAME}=v; Path=/; HttpOnly; Secure; SameSite=None`],
    [{ ...lax, maxAgeSeconds: 3600 }, `${NAME}=v; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`],
  ] as const)('is for the whole host alone, and out of the reach of scripts: %j', (attributes, text) => {
    expect(setCookie(NAME, 'v', attributes)).toBe(text);
  });

  it('can go without Secure, for Safari on http', () => {
    expect(setCookie('cloakroom', 'v', { ...lax, isSecure: false })).toBe(
      'cloakroom=v; Path=/; HttpOnly; SameSite=Lax',
    );
  });

  it('is cleared with the attributes that it was set with', () => {
    expect(clearCookie(NAME, lax)).toBe(`${NAME}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`);
  });

  it('comes back as it was set', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!#-+\x2d-:<-[\]-~]{1,900}$/), (value) => {
        const sent = setCookie(NAME, value, lax).split(';')[0];
        expect(findCookie(`a=1; ${sent}`, NAME)).toEqual({ outcome: 'found', value });
      }),
    );
  });

  it.each([
    ['a b', 'v'],
    ['', 'v'],
    ['a=b', 'v'],
    ['a', 'v; Domain=example.com'],
    ['a', 'v\r\nset-cookie: b=1'],
    ['a', '"v"'],
    ['a', 'ä'],
    ['a', 'v'.repeat(4096)],
  ])('is never one that a browser reads as another: %j', (name, value) => {
    expect(() => setCookie(name, value, lax)).toThrow(expect.objectContaining({ code: 'MALFORMED', field: 'cookie' }));
  });

  it('may have 4,096 bytes', () => {
    const rest = setCookie(NAME, '', lax).length;
    expect(setCookie(NAME, 'v'.repeat(4096 - rest), lax)).toHaveLength(4096);
    expect(() => setCookie(NAME, 'v'.repeat(4097 - rest), lax)).toThrow('4096');
  });
});

describe('the configuration of the cookie', () => {
  const required = { SESSION_SAME_SITE: 'Lax', SESSION_COOKIE_PERSISTENT: 'false' };
  const read = (changes: object) => ticketCookieFrom(readEnv(cookieEnv, { ...required, ...changes }));

  it('has a name and Secure unless another is given', () => {
    expect(read({})).toEqual({ name: NAME, sameSite: 'Lax', isSecure: true, isPersistent: false });
    expect(read({ SESSION_COOKIE_NAME: '__Host-Http-app', SESSION_SAME_SITE: 'None' })).toMatchObject({
      name: '__Host-Http-app',
      sameSite: 'None',
    });
    expect(read({ SESSION_COOKIE_PERSISTENT: 'true' })).toMatchObject({ isPersistent: true });
  });

  it('can do without prefix and Secure, but only without both', () => {
    const insecure = { SESSION_COOKIE_SECURE: 'false' };
    expect(read({ ...insecure, SESSION_COOKIE_NAME: 'app' })).toMatchObject({ name: 'app', isSecure: false });
    expect(() => read({ ...insecure, SESSION_COOKIE_NAME: NAME })).toThrow(
      'SESSION_COOKIE_NAME must be a token without',
    );
    expect(() => read(insecure)).toThrow('SESSION_COOKIE_NAME is missing');
    expect(() => read({ ...insecure, SESSION_COOKIE_NAME: 'app', SESSION_SAME_SITE: 'None' })).toThrow(
      'SESSION_SAME_SITE must not be None',
    );
  });

  it.each([
    'app',
    '__Secure-app',
    '__Http-app',
    '__host-app',
    '__HOST-app',
    '__Host-',
    '__Host-a b',
    '__Host-a=b',
    '__Host-ä',
    '',
  ])('is refused with a name that another host could set, or that is none: %j', (name) => {
    expect(() => read({ SESSION_COOKIE_NAME: name })).toThrow('SESSION_COOKIE_NAME must begin with __Host-');
    expect(() => readEnv(ticketEnv, { SESSION_COOKIE_NAME: name })).toThrow('SESSION_COOKIE_NAME');
  });

  it.each(['__Http-app', '__Secure-app', '__other', 'a b'])('is refused without Secure with the name %j', (name) => {
    expect(() => read({ SESSION_COOKIE_SECURE: 'false', SESSION_COOKIE_NAME: name })).toThrow('SESSION_COOKIE_NAME');
  });

  it('names what is missing or is none of the words', () => {
    expect(() => readEnv(cookieEnv, { SESSION_SAME_SITE: 'lax' })).toThrow(
      /SESSION_SAME_SITE must be one of Lax, Strict, None\n.*SESSION_COOKIE_PERSISTENT is missing/,
    );
  });

  it('of whoever lets tickets in is the name, and the origins then, too', () => {
    const rules = (variables: Record<string, string>) => ticketRulesFrom(readEnv(ticketEnv, variables));
    expect(rules({})).toEqual({ areAccepted: false, cookieName: NAME, allowedOrigins: [] });
    const APP = 'https://app.example.com';
    expect(rules({ SESSION_COOKIE_NAME: '__Host-app', ALLOWED_ORIGINS: `["${APP}"]` })).toEqual({
      areAccepted: true,
      cookieName: '__Host-app',
      allowedOrigins: [APP],
    });
    expect(() => rules({ SESSION_COOKIE_NAME: NAME })).toThrow('ALLOWED_ORIGINS is missing');
    expect(() => rules({ SESSION_COOKIE_NAME: NAME, ALLOWED_ORIGINS: '["*"]' })).toThrow('ALLOWED_ORIGINS must hold');
  });
});
