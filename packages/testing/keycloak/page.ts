import type { Browser, Page } from '@cloakroom/local/token';
import { afterAll, expect } from '@jest/globals';
import type { Answer } from '../e2e/dev.ts';
import { admin, api, keycloak, type Person } from './keycloak.ts';

/** A page of the frontend, which is at the API's own origin here. */
const APP = `${api}/app`;
/** Keycloak's page before a logout that it has not been given a hint for. */
const QUESTION = 'Do you want to log out?';

/** What Keycloak has shown to anybody of this file. */
const shown: string[] = [];
afterAll(() => expect(shown.filter((html) => html.includes(QUESTION))).toEqual([]));

const from = { url: new URL(APP) };
const TOO_MANY_FORMS = 3;

interface Arrived {
  /** Where the browser ended, without the API's origin. */
  readonly at: string;
  /** How many login forms the person had to fill in. */
  readonly forms: number;
}

/** By the address `/auth/login` until there is a form, or the browser is back at the page. */
export async function begin(browser: Browser, query: Readonly<Record<string, string>> = {}): Promise<Page> {
  const address = `${api}/auth/login?${new URLSearchParams({ returnTo: '/app', ...query })}`;
  return seen(await browser.open(address, APP, { from }));
}

/** The person fills in the form that is shown. */
export async function fillIn({ name, browser }: Person, form: Page): Promise<Page> {
  expect(form.url.origin).toBe(keycloak);
  return seen(await browser.submit(form, { username: name, password: name }, APP));
}

/** From a click on "sign in" back to the page, by Keycloak's form as often as it shows. */
export async function enter(person: Person, query: Readonly<Record<string, string>> = {}): Promise<Arrived> {
  const before = person.browser.posted;
  const forms = () => person.browser.posted - before;
  let page = await begin(person.browser, query);
  while (page.status !== 0 && forms() < TOO_MANY_FORMS) page = await fillIn(person, page);
  return { at: page.url.href.replace(api, ''), forms: forms() };
}

function seen(page: Page): Page {
  shown.push(page.html);
  return page;
}

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What a script of the page gets. */
export async function call(
  browser: Browser,
  { method = 'GET', path, body }: Call,
): Promise<Pick<Answer, 'status' | 'body'>> {
  const headers = { 'x-cloakroom-csrf': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await browser.fetch(from, api + path, { method, headers, ...sent });
  return { status: answer.status, body: await answer.json() };
}

/** As a page does it: here, and then at the provider, by the address that is answered. Where the browser ends, without the origin. */
export async function signOutByPage(browser: Browser): Promise<string> {
  const { body } = await call(browser, { method: 'POST', path: '/auth/logout' });
  const { url } = seen(await browser.open(body.data.logoutUrl, undefined, { from }));
  return url.href.replace(api, '');
}

/** What the page is told about whoever is signed in. */
export function session(browser: Browser) {
  return call(browser, { path: '/auth/session' });
}

/** Whether the API lets the page in: 200, or 401. */
export async function apiStatus(browser: Browser): Promise<number> {
  return (await call(browser, { path: '/users/me/sessions' })).status;
}

/** The ids of a person's sessions at Keycloak: the `sid` of tokens. */
export async function keycloakSessions({ realm, id }: Person): Promise<readonly string[]> {
  const sessions = (await admin.call('GET', `/${realm}/users/${id}/sessions`)) as { id: string }[];
  return sessions.map((one) => one.id);
}
