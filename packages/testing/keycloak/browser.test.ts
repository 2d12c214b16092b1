import type { Browser, Page } from '@cloakroom/local';
import { describe, expect, it } from '@jest/globals';
import { api, newPerson, type Person, tokensOf } from './keycloak.ts';

const CSRF = { 'x-cloakroom-csrf': '1' };
const APP = { url: new URL(api) };

const ask = (browser: Browser, path: string, method = 'GET') => browser.fetch(APP, path, { method, headers: CSRF });
const isIn = async (browser: Browser) => (await ask(browser, '/users/me/events')).status === 200;

/** From our login route to the frontend, through Keycloak's page where it shows one. */
async function signIn({ name }: Person, browser: Browser): Promise<{ page: Page; forms: number }> {
  const before = browser.posted;
  let page = await browser.open(`${api}/auth/login?returnTo=/health`);
  while (page.url.origin !== APP.url.origin && browser.posted < before + 4) {
    page = await browser.submit(page, { username: name, password: name });
  }
  return { page, forms: browser.posted - before };
}

async function sessionId(browser: Browser): Promise<string> {
  const { data } = (await (await ask(browser, '/auth/session')).json()) as { data: { sessionId: string } };
  return encodeURIComponent(data.sessionId);
}

async function signOut(browser: Browser) {
  const { data } = (await (await ask(browser, '/auth/logout', 'POST')).json()) as {
    data: { logoutUrl: string; providerSessionEnded: boolean };
  };
  return { ...data, page: await browser.open(data.logoutUrl, undefined, { from: APP }) };
}

describe('a browser at a Keycloak', () => {
  it('signs in by its login page, once, and without it where another client has signed the person in', async () => {
    const person = await newPerson();
    expect((await signIn(person, person.browser)).forms).toBe(1);
    expect(await isIn(person.browser)).toBe(true);
    const other = await newPerson();
    await tokensOf(other);
    expect((await signIn(other, other.browser)).forms).toBe(0);
    expect(await isIn(other.browser)).toBe(true);
  });

  it('signs out of both without a question, and a copy of its cookies gets nothing afterwards', async () => {
    const person = await newPerson();
    await signIn(person, person.browser);
    const copy = person.browser.copy();
    const { providerSessionEnded, page } = await signOut(person.browser);
    expect({ providerSessionEnded, url: page.url.href }).toEqual({ providerSessionEnded: true, url: `${api}/#` });
    expect(await isIn(copy)).toBe(false);
    expect(await isIn(person.browser)).toBe(false);
    const form = await copy.open(`${api}/auth/login`);
    expect({ origin: form.url.origin === APP.url.origin, asks: form.html.includes('name="password"') }).toEqual({
      origin: false,
      asks: true,
    });
    expect((await signIn(person, person.browser)).forms).toBe(1);
    expect(await isIn(person.browser)).toBe(true);
  });

  it('is out at the next request after another has ended its session, and has to leave Keycloak before it is in again', async () => {
    const person = await newPerson();
    const second = { ...person, browser: (await newPerson()).browser };
    await signIn(person, person.browser);
    await signIn(second, second.browser);
    const copy = second.browser.copy();
    const target = await sessionId(second.browser);
    expect((await ask(person.browser, `/sessions/${target}`, 'DELETE')).status).toBe(200);
    expect(await isIn(second.browser)).toBe(false);
    expect(await isIn(person.browser)).toBe(true);
    // Whoever comes first with the cookies of that Keycloak session gets its form, and it is over for the other, too.
    expect(await isIn(copy)).toBe(false);
    const form = await copy.open(`${api}/auth/login`);
    expect(form.html).toContain('name="password"');
    expect((await signIn(second, second.browser)).forms).toBe(1);
    expect(await isIn(second.browser)).toBe(true);
    expect(await isIn(copy)).toBe(false);
  });
});
