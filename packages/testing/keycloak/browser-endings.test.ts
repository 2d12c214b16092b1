import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/dev.ts';
import { expectSignOutFirst, offline } from './bearers.ts';
import { claimsOf, newAdministrator, newPerson, openSession, type Person, refreshed, tokensOf } from './keycloak.ts';
import { apiStatus, app, keycloakSessions, session, signIn, signOutByPage } from './page.ts';

let administrator: Person;
beforeAll(async () => {
  administrator = await newAdministrator();
  await signIn(administrator);
});

const silently = { parameters: { prompt: 'none' } };

/** A person who has signed in by the page, and is known to other clients of the same single sign-on; and whoever copied all cookies. */
async function signedIn() {
  const person = await newPerson();
  expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
  const tokens = await tokensOf(person, silently);
  const offlineTokens = await tokensOf(person, { client: 'server', ...offline });
  const { sessionId, userKey } = (await session(person.browser)).body.data;
  const [sid] = await keycloakSessions(person);
  expect(claimsOf(tokens.accessToken).sid).toBe(sid);
  const thief: Person = { ...person, browser: person.browser.copy() };
  return { person, thief, tokens, offlineTokens, sessionId, userKey, sid };
}

type SignedIn = Awaited<ReturnType<typeof signedIn>>;

/** The same person at another device, with a session of its own at Keycloak. */
async function atAnotherDevice(person: Person): Promise<Person> {
  const other = { ...person, browser: (await newPerson()).browser };
  expect(await signIn(other)).toEqual({ at: '/app#', forms: 1 });
  return other;
}

const remove = async ({ browser }: Person, path: string) =>
  expect(await app.call(browser, path, { method: 'DELETE' })).toMatchObject({ status: 200 });

/** What a copy of the cookies, or of any token, is good for: nothing. */
async function expectNothingFor(thief: Person, { tokens, offlineTokens }: SignedIn): Promise<void> {
  expect(await apiStatus(thief.browser)).toBe(401);
  expect([401, 410]).toContain((await session(thief.browser)).status);
  await expectSignOutFirst(tokens);
  await expectSignOutFirst(await refreshed(thief, offlineTokens, 'server'));
  // A form, and no way around it.
  expect((await app.begin(thief.browser)).status).toBe(200);
  await expect(tokensOf(thief, silently)).rejects.toThrow('login_required');
  await expect(refreshed(thief, tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
}

describe('after a session was ended', () => {
  it.each<[string, (all: SignedIn) => Promise<unknown>]>([
    ['by a sign-out', ({ person }) => app.call(person.browser, '/auth/logout', { method: 'POST' })],
    [
      'at another device',
      async ({ person, sessionId }) => remove(await atAnotherDevice(person), `/sessions/${sessionId}`),
    ],
    ['by an administrator', ({ sessionId }) => remove(administrator, `/sessions/${sessionId}`)],
    ['with all others, by an administrator', ({ userKey }) => remove(administrator, `/users/${userKey}/sessions`)],
  ])('%s, the person is in after one form, and a copy of their cookies gets nothing at any time', async (_, end) => {
    const all = await signedIn();
    const { person, thief, sid } = all;
    await end(all);
    expect(await apiStatus(person.browser)).toBe(401);
    await expectNothingFor({ ...thief, browser: thief.browser.copy() }, all);
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
    expect(await apiStatus(person.browser)).toBe(200);
    expect(await keycloakSessions(person)).not.toContain(sid);
    await expectNothingFor(thief, all);
    expect(await apiStatus(person.browser)).toBe(200);
  });

  it('another client of the same single sign-on gets nothing, not even when the person has proved there who they are', async () => {
    const all = await signedIn();
    const { person, thief, tokens, sid, sessionId } = all;
    await remove(administrator, `/sessions/${sessionId}`);
    const ways = {
      'a refreshed token': await refreshed(thief, tokens),
      'another client, silently': await tokensOf(thief, silently),
      'another client, by the form': await tokensOf(person, { parameters: { prompt: 'login' } }),
    };
    for (const way of Object.values(ways)) {
      expect(claimsOf(way.accessToken).sid).toBe(sid);
      await expectSignOutFirst(way);
    }
    // Keycloak answers with the new `auth_time`, without a question.
    expect((await app.begin(thief.browser)).status).toBe(200);
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
    await expectNothingFor(thief, all);
  });

  it('two tabs both come back to the page, by one form', async () => {
    const { person, sessionId } = await signedIn();
    await remove(administrator, `/sessions/${sessionId}`);
    const [one, two] = [await app.begin(person.browser), await app.begin(person.browser)];
    expect([one.status, two.status]).toEqual([200, 200]);
    expect((await app.fillIn(person.browser, one, { username: person.name, password: person.name })).url.hash).toBe('');
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 0 });
    expect(await apiStatus(person.browser)).toBe(200);
  });
});

it('a sign-out ends the session at Keycloak without a question, also when the session here was ended before', async () => {
  const { person, sessionId } = await signedIn();
  await remove(administrator, `/sessions/${sessionId}`);
  expect(await keycloakSessions(person)).toHaveLength(1);
  expect(await signOutByPage(person.browser)).toBe('/#');
  expect(await keycloakSessions(person)).toEqual([]);
  // There is nothing to end any more.
  expect(await signOutByPage(person.browser)).toBe('/#');
});

describe('after a session has expired', () => {
  it('the person is in without a form, and other clients stay in', async () => {
    const { person, tokens, sessionId, sid } = await signedIn();
    await openSession(tokens);
    const absoluteExpiresAt = new Date(Date.now() + 1500).toISOString();
    const changed = await app.call(administrator.browser, `/sessions/${sessionId}`, {
      method: 'PUT',
      body: { lifetime: { absoluteExpiresAt } },
    });
    expect(changed).toMatchObject({ status: 200 });
    await eventually('the session has expired', async () =>
      (await apiStatus(person.browser)) === 401 ? true : undefined,
    );
    expect(await session(person.browser)).toMatchObject({ status: 410, body: { error: { endedReason: 'expired' } } });
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 0 });
    expect(await apiStatus(person.browser)).toBe(200);
    expect(await keycloakSessions(person)).toEqual([sid]);
    await openSession(await refreshed(person, tokens));
  });
});
