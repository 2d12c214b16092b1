import type { Browser } from '@cloakroom/local/token';
import { expect } from '@jest/globals';
import { browserApp } from '../e2e/browser-app.ts';
import { admin, api, type Person } from './keycloak.ts';

/** Keycloak's page before a logout that it has not been given a hint for. */
const QUESTION = 'Do you want to log out?';

export const app = browserApp(api);

/** From a click on "sign in" back to the page, by Keycloak's form as often as it shows; its question would count as one. */
export function signIn({ name, browser }: Person, query: Readonly<Record<string, string>> = {}) {
  return app.signIn(browser, { username: name, password: name }, query);
}

/**
 * As a page does it: here, and then at the provider, by the address that is answered.
 *
 * @returns where the browser ends, without its origin
 */
export async function signOutByPage(browser: Browser): Promise<string> {
  const { body } = await app.call(browser, '/auth/logout', { method: 'POST' });
  const { url, html } = await browser.open(body.data.logoutUrl, undefined, { from: app.page });
  expect(html).not.toContain(QUESTION);
  return url.href.replace(api, '');
}

/** What the page is told about whoever is signed in. */
export function session(browser: Browser) {
  return app.call(browser, '/auth/session');
}

/** Whether the API lets the page in: 200, or 401. */
export async function apiStatus(browser: Browser): Promise<number> {
  return (await app.call(browser, '/users/me/events')).status;
}

/** The ids of a person's sessions at Keycloak: the `sid` of tokens. */
export async function keycloakSessions({ realm, id }: Person): Promise<readonly string[]> {
  const sessions = (await admin.call('GET', `/${realm}/users/${id}/sessions`)) as { id: string }[];
  return sessions.map((one) => one.id);
}
