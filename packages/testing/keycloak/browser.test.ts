import type { Browser } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { browserApp } from '../e2e/browser-app.ts';
import { api, newPerson, type Person, refreshed, tokensOf } from './keycloak.ts';

const app = browserApp(api);

/** By Keycloak's login page, where it shows. */
const signIn = ({ name, browser }: Person) => app.signIn(browser, { username: name, password: name });
const holding = (person: Person, browser: Browser): Person => ({ ...person, browser });

async function signedIn(): Promise<Person> {
  const person = await newPerson();
  expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
  return person;
}

/** What another client of the same single sign-on gets in a browser, without a question. */
const silentElsewhere = (person: Person) => tokensOf(person, { parameters: { prompt: 'none' } });

describe('a browser, at a real Keycloak', () => {
  it('signs in at its page, and the ticket opens the API', async () => {
    const { id, browser } = await signedIn();
    expect(await app.call(browser, '/auth/session')).toMatchObject({ status: 200, body: { data: { userId: id } } });
    expect((await app.call(browser, '/users/me/events')).status).toBe(200);
  });

  it('is in without a form where another client has signed the person in', async () => {
    const person = await newPerson();
    await tokensOf(person);
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 0 });
    expect((await app.call(person.browser, '/users/me/events')).status).toBe(200);
  });

  it('signs out everywhere without a question, and a copy of its cookies gets nothing, at no client', async () => {
    const person = await signedIn();
    const other = await silentElsewhere(person);
    const thief = holding(person, person.browser.copy());
    const { body } = await app.call(person.browser, '/auth/logout', { method: 'POST' });
    expect(body.data).toMatchObject({ providerSessionEnded: true });
    const left = await person.browser.open(body.data.logoutUrl, api, { from: app.page });
    expect(left.url.href).toContain(`${api}/auth/left`);
    expect((await app.call(thief.browser, '/users/me/events')).status).toBe(401);
    await expect(silentElsewhere(thief)).rejects.toMatchObject({ code: 'login_required' });
    await expect(refreshed(person, other)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(await signIn(holding(thief, thief.browser.copy()))).toMatchObject({ forms: 1 });
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
  });

  it('is out at the next request when another device ends its session, and in again after one form', async () => {
    const one = await signedIn();
    const two = holding(one, (await newPerson()).browser);
    expect(await signIn(two)).toMatchObject({ forms: 1 });
    const { sessionId } = (await app.call(two.browser, '/auth/session')).body.data;
    const copied = holding(two, two.browser.copy());
    expect((await app.call(one.browser, `/sessions/${sessionId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await app.call(two.browser, '/users/me/events')).status).toBe(401);
    expect(await signIn(two)).toEqual({ at: '/app#', forms: 1 });
    expect((await app.call(two.browser, '/users/me/events')).status).toBe(200);
    await expect(silentElsewhere(copied)).rejects.toMatchObject({ code: 'login_required' });
  });
});
