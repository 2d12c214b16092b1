import { setTimeout as delay } from 'node:timers/promises';
import type { LogoutTokenWish } from '@cloakroom/local';
import { type Browser, createBrowser, localToken } from '@cloakroom/local/token';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Browsers, browsersOf } from './browsers.ts';
import { controlledDev, get, post, request, type SharedDev } from './dev.ts';
import { readLogs } from './logs.ts';
import { userLikeAtKeycloak } from './user-like-at-keycloak.ts';

/** The margin of the watermark, and what clocks are cut by. */
const MARGIN_MS = 6000;

/** A bearer with a session of its own at the provider, and one here. */
interface Bearer {
  readonly token: string;
  readonly sid: string;
}

describe('a provider that sends logout tokens', () => {
  let dev: SharedDev;
  let at: Browsers;
  /** Whom none of the bad tokens puts out. */
  let fay: Bearer;
  beforeAll(async () => {
    dev = await controlledDev('keycloak');
    at = browsersOf(dev);
    fay = await bearerOf('fay-logout');
  });
  afterAll(() => dev?.assertNoLogHasTokens());

  async function newLogin(user: string): Promise<string> {
    const person = userLikeAtKeycloak(dev.provider, { dataDir: dev.dataDir, user });
    return dev.remember((await localToken(person, { newLogin: true })).accessToken);
  }

  async function bearerOf(user: string): Promise<Bearer> {
    const token = await newLogin(user);
    expect((await post(`${dev.api}/auth/bootstrap-session`, token)).status).toBe(200);
    return { token, sid: String(decodeJwt(token).sid) };
  }

  const isBearerIn = async ({ token }: Bearer) => (await get(`${dev.api}/users/me/sessions`, token)).status === 200;

  /** The provider signs it, and it is remembered as one that no log may hold. */
  const tokenOf = async (wish: LogoutTokenWish) => dev.remember(await at.logoutToken(wish));

  const send = async (wish: LogoutTokenWish) => (await at.sendLogoutToken(await tokenOf(wish))).status;

  /** A browser of somebody who is in, and its session at the provider. */
  async function browserOf(user: string): Promise<{ readonly browser: Browser; readonly sid: string }> {
    const before = await at.sessionsOf(user);
    const browser = await at.signedIn(user);
    const [sid = ''] = (await at.sessionsOf(user)).filter((each) => !before.includes(each));
    return { browser, sid };
  }

  it('ends exactly the sessions of a sid, by the next request, of browsers and of bearers', async () => {
    const [one, other] = [await browserOf('ada-logout'), await browserOf('ada-logout')];
    const [bearer, otherBearer] = [await bearerOf('ada-logout'), await bearerOf('ada-logout')];
    expect(await send({ sid: one.sid, sub: 'ada-logout' })).toBe(200);
    expect(await send({ sid: bearer.sid })).toBe(200);
    expect([await at.isIn(one.browser), await at.isIn(other.browser)]).toEqual([false, true]);
    expect([await isBearerIn(bearer), await isBearerIn(otherBearer)]).toEqual([false, true]);
    expect(await at.call(one.browser, '/auth/session')).toMatchObject({
      status: 410,
      body: { error: { endedReason: 'logout' } },
    });
    const again = await post(`${dev.api}/auth/bootstrap-session`, bearer.token);
    expect(again).toMatchObject({ status: 403, body: { error: { code: 'LOGIN_ENDED' } } });
  });

  it('ends all sessions of a person by sub alone, and a replay ends none of later', async () => {
    const { browser } = await browserOf('bob-logout');
    const [bearer, stranger] = [await bearerOf('bob-logout'), await bearerOf('carl-logout')];
    const token = await tokenOf({ sub: 'bob-logout' });
    expect((await at.sendLogoutToken(token)).status).toBe(200);
    expect([await at.isIn(browser), await isBearerIn(bearer), await isBearerIn(stranger)]).toEqual([
      false,
      false,
      true,
    ]);
    await delay(MARGIN_MS);
    const [later, laterBearer] = [await browserOf('bob-logout'), await bearerOf('bob-logout')];
    expect((await at.sendLogoutToken(token)).status).toBe(200);
    expect([await at.isIn(later.browser), await isBearerIn(laterBearer)]).toEqual([true, true]);
  });

  it('is believed when a person signs out there, or an administrator ends their sessions', async () => {
    const { browser } = await browserOf('dora-logout');
    const elsewhere = await browserOf('dora-logout');
    await at.endSessionsOf('dora-logout');
    expect([await at.isIn(browser), await at.isIn(elsewhere.browser)]).toEqual([false, false]);
    // Whoever signs in anew has another session there, and gets one here.
    expect(await at.signIn(createBrowser(), 'dora-logout')).toEqual({ at: '/app#', forms: 1 });
  });

  it.each<readonly [string, LogoutTokenWish]>([
    ['has no exp', { claims: { exp: null } }],
    ['has a list as aud', { claims: { aud: ['other', 'cloakroom-browser'] } }],
    ['has the type JWT', { typ: 'JWT' }],
    ['has no type', { typ: null }],
  ])('is believed where its token %s', async (_, wish) => {
    const bearer = await bearerOf('eve-logout');
    expect(await send({ sid: bearer.sid, sub: 'eve-logout', ...wish })).toBe(200);
    expect(await isBearerIn(bearer)).toBe(false);
  });

  const longAgo = Math.floor(Date.now() / 1000) - 1000;

  it.each<readonly [string, LogoutTokenWish]>([
    ['is expired', { claims: { iat: longAgo, exp: longAgo + 120 } }],
    ['was issued long ago, and has no exp', { claims: { iat: longAgo, exp: null } }],
    ['is for another audience', { claims: { aud: 'other' } }],
    ['bears a nonce', { claims: { nonce: 'n' } }],
    ['tells no event', { claims: { events: null } }],
    ['is of another issuer', { claims: { iss: 'http://localhost:1' } }],
    ['is of another kind', { typ: 'at+jwt' }],
    ['is forged', { isForged: true }],
  ])('is not believed where its token %s', async (_, wish) => {
    const answer = await at.sendLogoutToken(await tokenOf({ sid: fay.sid, sub: 'fay-logout', ...wish }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'invalid_request' });
    expect(await isBearerIn(fay)).toBe(true);
  });

  it('is answered without CORS or cookies, by its own way to write errors alone', async () => {
    const answer = await request(`${dev.api}/auth/backchannel-logout`, { method: 'POST', body: '{}' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await get(`${dev.api}/auth/backchannel-logout`)).status).toBe(404);
  });

  it('is written down with what became of it, and with nobody’s name', async () => {
    const lines = [...readLogs(dev.dataDir).values()].join('\n').split('\n');
    const own = lines.filter((line) => line.includes('"backchannel_logout.'));
    expect(own.some((line) => line.includes('"outcome":"ended"'))).toBe(true);
    expect(own.some((line) => line.includes('"outcome":"refused"'))).toBe(true);
    for (const line of own) expect(line).not.toMatch(/"(ada|bob|dora|eve|fay)-logout"/);
  });
});
