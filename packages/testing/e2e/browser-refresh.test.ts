import type { BehaviourChanges } from '@cloakroom/local';
import type { Browser } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browsers, browsersOf } from './browsers.ts';
import { processesOf } from './cut-off-invocation.ts';
import { controlledDev, type SharedDev } from './dev.ts';

const TABS = 50;

let dev: SharedDev;
let at: Browsers;
beforeAll(async () => {
  dev = await controlledDev('keycloak');
  at = browsersOf(dev);
});
afterAll(() => dev?.assertNoLogHasTokens());
afterEach(() => at.behave({}));

const refresh = (browser: Browser) => at.call(browser, '/auth/refresh', { method: 'POST' });
/** Tabs of one browser, each of which keeps the cookie that it is answered. */
const tabsOf = (browser: Browser) => Array.from({ length: TABS }, () => browser.copy());

/** All at once, while the provider takes its time, so that nobody is done before the others have come. */
async function refreshAtOnce(tabs: readonly Browser[]): Promise<void> {
  await at.behave({ refreshAnswer: { delayMs: 500 } });
  const answers = await Promise.all(tabs.map(refresh));
  expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
  expect(processesOf(dev, 'cloakroom-dev-token-handler').length).toBeGreaterThanOrEqual(2);
}

describe('50 refreshes of one session at once, through several processes', () => {
  it('are one to the provider, and all of them go on', async () => {
    const browser = await at.signedIn('ada-refresh');
    const tabs = tabsOf(browser);
    await refreshAtOnce(tabs);
    expect(await at.refreshesOf('ada-refresh')).toEqual([{ sub: 'ada-refresh', sid: expect.any(String) }]);
    const tickets = new Set(tabs.map(at.ticketOf));
    expect(tickets.size).toBe(1);
    expect(tickets).not.toContain(at.ticketOf(browser));
    expect(await Promise.all(tabs.map(at.isIn))).toEqual(tabs.map(() => true));
  });

  it('are so, too, when the answers with the new cookie are lost', async () => {
    const browser = await at.signedIn('bea-refresh');
    const lost = tabsOf(browser);
    await refreshAtOnce(lost);
    expect(await at.isIn(browser)).toBe(true);
    const tabs = tabsOf(browser);
    await refreshAtOnce(tabs);
    expect(new Set(tabs.map(at.ticketOf))).toEqual(new Set(lost.map(at.ticketOf)));
    expect(await at.refreshesOf('bea-refresh')).toHaveLength(1);
    expect(await Promise.all([browser, ...tabs].map(at.isIn))).not.toContain(false);
  });
});

describe('a ticket that is due', () => {
  it('gets nobody in before a refresh, and everybody after it', async () => {
    const browser = await at.signedIn('cleo-refresh');
    await at.makeDue(browser);
    expect((await at.call(browser, '/users/me/sessions')).status).toBe(401);
    expect((await at.call(browser, '/auth/session')).status).toBe(200);
    const { status, headers, body } = await refresh(browser);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    // Half of the 1,800 s for which the refresh token lives unused.
    expect(Date.parse(body.data.recheckAt) - Date.now()).toBeLessThanOrEqual(900_000);
    expect(Date.parse(body.data.recheckAt) - Date.now()).toBeGreaterThan(850_000);
    expect(await at.isIn(browser)).toBe(true);
  });

  it('belongs to nobody any more whose session at the provider is over; nothing has to be proved for another', async () => {
    const browser = await at.signedIn('dora-refresh');
    await at.behave({ answers: { token: { status: 400, body: { error: 'invalid_grant' } } } });
    await at.makeDue(browser);
    expect(await refresh(browser)).toMatchObject({
      status: 410,
      body: { error: { code: 'SESSION_ENDED', endedReason: 'expired' } },
    });
    await at.behave({});
    expect(await at.signIn(browser, 'dora-refresh')).toEqual({ at: '/app#', forms: 0 });
    expect(await at.isIn(browser)).toBe(true);
  });

  it('belongs to nobody who was disabled meanwhile', async () => {
    const browser = await at.signedIn('eve-refresh');
    await at.behave({ disabledUsers: ['eve-refresh'] });
    expect((await refresh(browser)).status).toBe(410);
    expect((await at.call(browser, '/users/me/sessions')).status).toBe(401);
  });

  it('belongs to nobody who was idle for longer than the refresh token lives', async () => {
    const browser = await at.signedIn('finn-refresh');
    await at.behave({ clockOffsetSeconds: 1801 });
    expect((await refresh(browser)).status).toBe(410);
    expect(await at.isIn(browser)).toBe(false);
  });
});

describe('an outage of the provider', () => {
  it.each<[string, string, BehaviourChanges]>([
    ['429', 'hal-refresh', { outage: 'throttled' }],
    ['503', 'ida-refresh', { outage: 'unavailable' }],
    ['500', 'jan-refresh', { answers: { token: { status: 500, body: { error: 'server_error' } } } }],
    ['a connection that ends', 'kim-refresh', { outage: 'closed' }],
    ['answers that are lost', 'leo-refresh', { refreshAnswer: { lost: 'closed' } }],
    ["a gateway's answer", 'mia-refresh', { refreshAnswer: { lost: 'bad_gateway' } }],
  ])('signs nobody out: %s', async (_, user, behaviour) => {
    const browser = await at.signedIn(user);
    await at.makeDue(browser);
    await at.behave(behaviour);
    const { status, headers, body } = await refresh(browser);
    expect([status, body.error.code]).toEqual([503, 'PROVIDER_UNAVAILABLE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await at.isIn(browser)).toBe(true);
  });
});

it('leaves no token in an answer, a cookie, an address, a table or a log, whatever went wrong', async () => {
  const browser = await at.signedIn('oda-refresh');
  expect((await refresh(browser)).status).toBe(200);
  expect(await at.leaks()).toEqual([]);
});
