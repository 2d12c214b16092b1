import { CSRF_HEADER } from '@cloakroom/core';
import type { Browser, Page } from '@cloakroom/local/token';
import { type Answer, type Ask, readAnswer } from './smoke-answer.ts';

/** A page of a frontend in a browser, which runs on no machine but this one. */
export interface SmokePage {
  readonly browser: Browser;
  readonly api: string;
  /** The frontend's origin. */
  readonly origin: string;
  /** What a script of the page gets. A `TypeError` is what its console would say. */
  readonly ask: Ask;
  /** The same page in a browser with a copy of all cookies. */
  copy(): SmokePage;
}

/** Where people come back to. Nothing has to be served there: the browser stops before it. */
export const RETURN_TO = '/cloakroom-smoke';

export function smokePage(browser: Browser, { api, origin }: Pick<SmokePage, 'api' | 'origin'>): SmokePage {
  const page: Pick<Page, 'url'> = { url: new URL(RETURN_TO, origin) };
  async function ask(method: string, path: string, body?: object): Promise<Answer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await browser.fetch(page, api + path, {
      method,
      headers: { [CSRF_HEADER]: '1', ...json },
      credentials: 'include',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return readAnswer(`${method} ${path}`, response);
  }
  return { browser, api, origin, ask, copy: () => smokePage(browser.copy(), { api, origin }) };
}

/** The cookie whose value begins with the id of the session; undefined where the browser has kept none. */
export function ticketOf({ browser, api }: SmokePage, sessionId: string) {
  return browser.cookies(api).find(({ value }) => value.startsWith(`${sessionId}.`));
}

/** `__Host-cloakroom, __Host-cloakroom-flow-x`, for people. */
export function cookieNames({ browser, api }: SmokePage): string {
  const names = browser.cookies(api).map(({ key }) => key);
  return names.length === 0 ? 'no cookie' : names.join(', ');
}
