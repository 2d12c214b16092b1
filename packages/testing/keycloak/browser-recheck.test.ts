import { join } from 'node:path';
import { keycloakClient, refresh as refreshAtKeycloak, signIn as signInAtKeycloak } from '@cloakroom/local/token';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/dev.ts';
import { clockedPages, EXPIRED, HOUR, MINUTE, STEP } from './clocked-pages.ts';
import { type ClockedStack, startClockedStack } from './clocked-stack.ts';
import { dataDir, registerPerson } from './keycloak.ts';

/** Keycloak counts a session as idle two minutes late. */
const KEYCLOAK_WINDOW = 2 * MINUTE;
/** Of a ticket whose refresh token lives for hours, and how long an outage is bridged after that. */
const [RECHECK, GRACE] = [HOUR, HOUR];

/**
 * `cloakroom` is a realm as Keycloak makes one: a session, and its refresh token, die after 30 minutes without use. In `partners` they
 * live for four hours, and a refresh token may be used once.
 */
const ONE_USE = {
  realm: { revokeRefreshToken: true, refreshTokenMaxReuse: 0, ssoSessionIdleTimeout: 4 * HOUR },
  browser: { refreshRotation: 'strict' },
};
const WITH_EVENTS = { eventsEnabled: true, enabledEventTypes: ['REFRESH_TOKEN', 'REFRESH_TOKEN_ERROR'] };

let stack: ClockedStack;
let pages: ReturnType<typeof clockedPages>;
beforeAll(async () => {
  stack = await startClockedStack(join(dataDir, 'dist'), ONE_USE);
  pages = clockedPages(stack);
  for (const realm of ['cloakroom', 'partners']) await stack.admin.call('PUT', `/${realm}`, WITH_EVENTS);
}, 180_000);
afterAll(() => stack?.stop());

it('a Keycloak whose refresh tokens may be used once ends the session of a client that uses one twice', async () => {
  const { name, browser } = await registerPerson(stack.admin, 'partners');
  const client = keycloakClient(stack.keycloak, { realm: 'partners' });
  const tokens = await signInAtKeycloak({ client, fields: { username: name, password: name }, browser });
  const refreshed = await refreshAtKeycloak(client, tokens.refreshToken);
  for (const { refreshToken } of [tokens, refreshed]) {
    await expect(refreshAtKeycloak(client, refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
  }
});

describe.each([
  ['many times', 'cloakroom'],
  ['once', 'partners'],
])('where a refresh token may be used %s', (_, realm) => {
  it('pages that refresh at once ask Keycloak once, and all go on, also one whose answer was lost', async () => {
    const person = await pages.signedIn(realm);
    const tabs = Array.from({ length: 10 }, () => ({ ...person, browser: person.browser.copy() }));
    const answers = await Promise.all(tabs.map(pages.refresh));
    expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
    expect(await Promise.all(tabs.map(pages.use))).toEqual(tabs.map(() => 200));
    expect(await pages.refresh(person)).toMatchObject({ status: 200 });
    expect(await pages.use(person)).toBe(200);
    expect(await pages.refreshesOf(person)).toEqual({ done: 1, refused: 0 });
    await stack.pass(MINUTE);
    expect(await pages.refresh(person)).toMatchObject({ status: 200 });
    expect(await pages.refreshesOf(person)).toEqual({ done: 2, refused: 0 });
  });

  it('a sign-out after it ends the session at Keycloak', async () => {
    const person = await pages.signedIn(realm);
    await pages.refresh(person);
    expect(await stack.app.call(person.browser, '/auth/logout', { method: 'POST' })).toMatchObject({ status: 200 });
    // Whether Keycloak has done so within the two seconds that the answer waits for is up to this machine.
    await eventually('the session at Keycloak has ended', async () =>
      (await pages.keycloakSessions(person)) === 0 ? true : undefined,
    );
  });

  it('a page in use is never signed out in three hours', async () => {
    const person = await pages.signedIn(realm);
    const before = await pages.session(person);
    await pages.passInUse([person], 3 * HOUR);
    const after = await pages.session(person);
    expect(after.body.data.sessionId).toEqual(before.body.data.sessionId);
    expect(await pages.keycloakSessions(person)).toBe(1);
  });
});

it('a page that only asks who is signed in, and refreshes, outlives neither our 30 minutes nor those of Keycloak', async () => {
  const person = await pages.signedIn('cloakroom');
  await stack.pass(14 * MINUTE);
  expect(await pages.refresh(person)).toMatchObject({ status: 200 });
  await stack.pass(14 * MINUTE);
  expect(await pages.session(person)).toMatchObject({ status: 200 });
  await stack.pass(8 * MINUTE);
  expect(await pages.session(person)).toMatchObject(EXPIRED);
  expect(await pages.refresh(person)).toMatchObject(EXPIRED);
  expect(await pages.use(person)).toBe(401);
  // Keycloak was asked 22 minutes ago, and would still let them in.
  expect(await pages.keycloakSessions(person)).toBe(1);
  await stack.pass(10 * MINUTE + KEYCLOAK_WINDOW);
  expect(await pages.keycloakSessions(person)).toBe(0);
  expect(await pages.signIn(person)).toBe(1);
});

it('a page that calls the API and never refreshes is refused at the recheck, and out with its session at Keycloak', async () => {
  const person = await pages.signedIn('cloakroom');
  await stack.pass(14 * MINUTE);
  expect(await pages.use(person)).toBe(200);
  await stack.pass(MINUTE);
  expect(await pages.use(person)).toBe(401);
  expect(await pages.session(person)).toMatchObject({ status: 200 });
  await stack.pass(16 * MINUTE);
  expect(await pages.refresh(person)).toMatchObject(EXPIRED);
  expect(await pages.session(person)).toMatchObject(EXPIRED);
});

it('a person who was disabled is in until the recheck, and out with it: no logout token comes', async () => {
  const person = await pages.signedIn('cloakroom');
  await stack.admin.call('PUT', `/cloakroom/users/${person.id}`, { enabled: false });
  await stack.pass(14 * MINUTE);
  expect(await pages.use(person)).toBe(200);
  await stack.pass(MINUTE);
  expect(await pages.use(person)).toBe(401);
  expect(await pages.refresh(person)).toMatchObject(EXPIRED);
  expect(await pages.session(person)).toMatchObject(EXPIRED);
});

it('nobody is signed out by new keys of Keycloak, nor by the removal of the old ones', async () => {
  const person = await pages.signedIn('cloakroom');
  const type = 'org.keycloak.keys.KeyProvider';
  const all = (await stack.admin.call('GET', `/cloakroom/components?type=${type}`)) as { id: string; name: string }[];
  const config = { priority: ['200'], algorithm: ['RS256'] };
  const newKey = { name: 'rsa of today', providerId: 'rsa-generated', providerType: type, config };
  await stack.admin.call('POST', '/cloakroom/components', newKey);
  await pages.passInUse([person], 2 * STEP);
  await stack.admin.call('DELETE', `/cloakroom/components/${all.find(({ name }) => name === 'rsa')?.id}`);
  await pages.passInUse([person], 2 * STEP);
});

/** For a few seconds after a failure the provider is left alone. */
async function comeBack(): Promise<void> {
  await stack.relay.mend();
  await stack.pass(MINUTE);
}

describe('while Keycloak is away', () => {
  afterEach(comeBack);

  it('for 50 minutes nobody is signed out; then only those are whose session at Keycloak has died meanwhile', async () => {
    const [lasting, usual] = [await pages.signedIn('partners'), await pages.signedIn('cloakroom')];
    await pages.passInUse([lasting, usual], STEP);
    await stack.relay.cut();
    await pages.passWithoutProvider([lasting, usual], 50 * MINUTE);
    await comeBack();
    await pages.passInUse([lasting], 2 * STEP);
    expect(await pages.refresh(usual)).toMatchObject(EXPIRED);
    expect(await pages.signIn(usual)).toBe(1);
  });

  it('for longer than the grace, tickets are refused and not ended; then only the one is whom Keycloak refuses', async () => {
    const [person, disabled] = [await pages.signedIn('partners'), await pages.signedIn('partners')];
    await stack.relay.cut();
    await pages.passWithoutProvider([person, disabled], RECHECK + GRACE - STEP);
    await stack.pass(STEP);
    for (const one of [person, disabled]) {
      expect([await pages.use(one), (await pages.refresh(one)).status, await pages.use(one)]).toEqual([401, 503, 401]);
      expect(await pages.session(one)).toMatchObject({ status: 200 });
    }
    await stack.admin.call('PUT', `/partners/users/${disabled.id}`, { enabled: false });
    await comeBack();
    expect([(await pages.refresh(person)).status, await pages.use(person)]).toEqual([200, 200]);
    expect(await pages.refresh(disabled)).toMatchObject(EXPIRED);
    expect(await pages.session(disabled)).toMatchObject(EXPIRED);
  });
});
