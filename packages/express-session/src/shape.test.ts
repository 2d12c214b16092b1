import { describe, expect, it } from '@jest/globals';
import session from 'express-session';
import { useOf } from './content.ts';
import { COOKIE_SHAPE } from './shape.ts';
import { steadyCookie } from './steady-cookie.ts';

const SETTINGS = { ttl: 3600, touchAfter: 300 } as never;
const NOW = 1_800_000_000_000;
const use = (cookie: object, settings: object = {}) =>
  useOf({ cookie }, { settings: { ...(SETTINGS as object), ...settings } as never, shape: COOKIE_SHAPE, nowMs: NOW });

const aCookie = () => Object.assign(new session.Cookie(), { maxAge: 60_000 });

/** As a store makes it of what was kept, like express-session. */
function reread(kept: { settings: string; expiresAtMs: number | undefined }) {
  const { cookie } = COOKIE_SHAPE.restored(JSON.parse(kept.settings), kept.expiresAtMs ?? 0) as { cookie: object };
  return session.Store.prototype.createSession.call({}, { sessionID: 's' } as never, { cookie } as never).cookie;
}

describe('the end of a session', () => {
  it.each([
    ['a date as JSON has it', { expires: new Date(NOW + 60_000).toISOString() }],
    ['a date', { expires: new Date(NOW + 60_000) }],
    ['a number, as express-openid-connect has it', { expires: NOW + 60_000, maxAge: 59_999 }],
  ])('is its cookie’s, %s', (_, cookie) => {
    expect(use(cookie)).toMatchObject({ expiresAtMs: NOW + 60_000 });
  });

  it.each([{}, { expires: null }, { expires: false }, { expires: 'never' }])(
    'is its ttl where the cookie says %j',
    (cookie) => {
      expect(use(cookie).expiresAtMs).toBe(NOW + 3_600_000);
    },
  );

  it('is kept later by the throttle of uses, of which there are six in a life', () => {
    expect(use({ expires: NOW + 60_000 }).slackMs).toBe(10_000);
    expect(use({ expires: NOW + 86_400_000 }).slackMs).toBe(300_000);
    expect(use({ expires: NOW - 1 }).slackMs).toBe(0);
    expect(use({ expires: NOW + 60_000 }, { touchAfter: 0 }).slackMs).toBe(0);
  });

  it('is no part of what is kept of a cookie', () => {
    const cookie = { path: '/', expires: NOW, maxAge: 5, originalMaxAge: 60_000, originalExpires: NOW };
    expect(JSON.parse(use(cookie).cookie)).toEqual({ path: '/', originalMaxAge: 60_000 });
  });
});

describe('a cookie that is read again', () => {
  it('has the end that the store goes by', () => {
    const kept = COOKIE_SHAPE.cookieOf({ cookie: aCookie() });
    expect(reread({ ...kept, expiresAtMs: NOW })).toMatchObject({ expires: new Date(NOW), originalMaxAge: 60_000 });
  });

  it('ends with the browser where it did', () => {
    const kept = COOKIE_SHAPE.cookieOf({ cookie: new session.Cookie() });
    expect(reread(kept)).toMatchObject({ expires: null, originalMaxAge: null });
  });

  it('is the same text, however often it is read, touched a little later, and kept: originalMaxAge does not creep', () => {
    let at = NOW;
    const clock = Date.now;
    Date.now = () => at;
    try {
      const first = COOKIE_SHAPE.cookieOf({ cookie: aCookie() });
      let kept = first;
      for (let request = 0; request < 50; request += 1) {
        const cookie = reread(kept);
        // The library sets an end by one clock reading, and counts what is left by the next.
        cookie.maxAge = cookie.originalMaxAge as number;
        cookie.originalMaxAge = (cookie.originalMaxAge as number) - 1;
        at += 1000;
        const now = COOKIE_SHAPE.cookieOf({ cookie });
        kept = { ...now, settings: steadyCookie(kept.settings, now.settings) };
      }
      expect(kept.settings).toBe(first.settings);
      expect(kept.expiresAtMs).toBeGreaterThan(NOW + 60_000);
    } finally {
      Date.now = clock;
    }
  });
});

describe('a cookie’s settings', () => {
  const text = (more: object) => JSON.stringify({ originalMaxAge: 60_000, path: '/', ...more });

  it('are the former ones where only a tick lies between', () => {
    expect(steadyCookie(text({}), text({ originalMaxAge: 59_985 }))).toBe(text({}));
  });

  it.each([
    ['a longer life', { originalMaxAge: 120_000 }],
    ['an end with the browser', { originalMaxAge: null, expires: null }],
    ['another path', { path: '/shop' }],
    ['another path, and a tick', { path: '/shop', originalMaxAge: 59_999 }],
    ['another member', { secure: true }],
  ])('are the new ones with %s', (_, more) => {
    expect(steadyCookie(text({}), text(more))).toBe(text(more));
  });

  it('are the new ones where a cookie that ended with the browser gets an end of a few milliseconds', () => {
    const [before, now] = [text({ originalMaxAge: null }), text({ originalMaxAge: 15 })];
    expect(steadyCookie(before, now)).toBe(now);
    expect(steadyCookie(now, before)).toBe(before);
  });

  it.each(['null', '5', '[]', 'no JSON', '"text"'])('are the new ones where those before are %s', (before) => {
    expect(steadyCookie(before, text({}))).toBe(text({}));
  });
});
