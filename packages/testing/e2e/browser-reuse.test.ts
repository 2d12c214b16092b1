import type { Browser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browsers, browsersOf, CSRF, TICKET } from './browsers.ts';
import { controlledDev, eventually, request, type SharedDev } from './dev.ts';

let dev: SharedDev;
let at: Browsers;
beforeAll(async () => {
  dev = await controlledDev('keycloak');
  at = browsersOf(dev);
});
afterAll(() => dev?.assertNoLogHasTokens());
afterEach(() => at.behave({}));

const refresh = (browser: Browser) => at.call(browser, '/auth/refresh', { method: 'POST' });

/** A refresh whose cookie arrives and is used; then it is old. */
async function goOn(browser: Browser): Promise<void> {
  expect((await refresh(browser)).status).toBe(200);
  expect((await at.call(browser, '/users/me/sessions')).status).toBe(200);
  await at.ageRefresh(browser);
}

interface Event {
  readonly type: string;
}

async function eventsOf(browser: Browser): Promise<readonly string[]> {
  const { body } = await at.call(browser, '/users/me/events');
  return body.data.events.map(({ type }: Event) => type);
}

describe('a ticket that a thief has, too,', () => {
  it.each([
    ['the thief', 'ada-reuse', 1],
    ['the victim', 'bea-reuse', 2],
  ])('ends for both once %s has gone on with it and the other comes', async (who, user, times) => {
    const victim = await at.signedIn(user);
    const thief = victim.copy();
    const [first, second] = who === 'the thief' ? [thief, victim] : [victim, thief];
    for (let count = 0; count < times; count += 1) await goOn(first);
    // The API does no more than refuse: the client turns to the token handler, which ends the session.
    expect((await at.call(second, '/users/me/sessions')).status).toBe(401);
    expect(await at.isIn(first)).toBe(true);
    const ended = { status: 410, body: { error: { code: 'SESSION_ENDED', endedReason: 'reuse_detected' } } };
    expect(await refresh(second)).toMatchObject(ended);
    expect((await at.call(first, '/users/me/sessions')).status).toBe(401);
    expect(await at.call(first, '/auth/session')).toMatchObject(ended);
    // It burns: a copied cookie of the provider gets nothing either, and the person has to prove who they are.
    const { at: place, forms } = await at.signIn(victim, user);
    expect([place, forms > 0]).toEqual(['/app#', true]);
    expect(await at.signIn(thief, user, { silent: '1' })).toEqual({
      at: '/app?error=INTERACTION_REQUIRED#',
      forms: 0,
    });
    expect(await at.isIn(victim)).toBe(true);
    await eventually('the event', async () =>
      (await eventsOf(victim)).includes('session.reuse_detected') ? true : undefined,
    );
  });
});

it('nobody ends a session by its public id', async () => {
  const browser = await at.signedIn('cleo-reuse');
  await goOn(browser);
  const [userKey, id, family, secret] = (at.ticketOf(browser) ?? '').split('.');
  const madeUp = { family: 'A'.repeat(22), secret: 'A'.repeat(43) };
  const forgeries = [
    [userKey, id, madeUp.family, madeUp.secret],
    [userKey, id, madeUp.family, secret],
    [userKey, id, secret, family],
  ];
  for (const forgery of forgeries) {
    const headers = { ...CSRF, origin: dev.api, cookie: `${TICKET}=${forgery.join('.')}` };
    for (const [method, path, status] of [
      ['GET', '/users/me/sessions', 401],
      ['GET', '/auth/session', 401],
      ['POST', '/auth/refresh', 401],
      ['POST', '/auth/logout', 200],
    ] as const) {
      expect([path, (await request(dev.api + path, { method, headers })).status]).toEqual([path, status]);
    }
  }
  expect(await at.isIn(browser)).toBe(true);
  expect((await refresh(browser)).status).toBe(200);
});
