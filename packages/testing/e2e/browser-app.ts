import type { Browser, Page } from '@cloakroom/local/token';

/** Nobody is asked more often than that: a test that meets another form must not go on for ever. */
const MAX_FORMS = 3;

interface CallOptions {
  readonly method?: string;
  /** In place of the header that every request of a page has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A frontend that the API's own origin serves, as a browser uses it. */
export interface BrowserApp {
  /** The page, as one from which something is asked. */
  readonly page: { readonly url: URL };
  /** All that a browser has sent to the API, got from it or was shown by it here. */
  readonly seen: readonly string[];
  /**
   * From a click on "sign in" back to the page, by the provider's form as often as it shows.
   *
   * @param fields what the person types into it
   * @returns where the browser ends, without its origin, and how many forms were filled in
   */
  signIn(
    browser: Browser,
    fields: Readonly<Record<string, string>>,
    returnTo?: string,
  ): Promise<{ at: string; forms: number }>;
  /** What a script of the page gets by `fetch`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  call(browser: Browser, path: string, options?: CallOptions): Promise<{ status: number; body: any }>;
}

export function browserApp(api: string): BrowserApp {
  const page = { url: new URL(`${api}/app`) };
  const seen: string[] = [];

  function look(shown: Page): Page {
    const ours = shown.hops.filter(({ url }) => url.startsWith(api));
    seen.push(shown.url.href, ...ours.map(({ url, sent, headers }) => JSON.stringify([url, sent, [...headers]])));
    if (shown.url.origin === api) seen.push(shown.html);
    return shown;
  }

  return {
    page,
    seen,
    async signIn(browser, fields, returnTo = '/app') {
      const before = browser.posted;
      const login = `${api}/auth/login?${new URLSearchParams({ returnTo })}`;
      let shown = look(await browser.open(login, page.url.href, { from: page }));
      while (shown.status === 200 && browser.posted - before < MAX_FORMS) {
        shown = look(await browser.submit(shown, fields, page.url.href));
      }
      return { at: shown.url.href.replace(api, ''), forms: browser.posted - before };
    },
    async call(browser, path, { method = 'GET', headers = { 'x-cloakroom-csrf': '1' } } = {}) {
      const answer = await browser.fetch(page, api + path, { method, headers });
      const text = await answer.text();
      seen.push(text, JSON.stringify([...answer.headers]));
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
    },
  };
}
