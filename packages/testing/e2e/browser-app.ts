import type { Browser, Page } from '@cloakroom/local/token';

/** Nobody is asked more often than that: a test that meets another form must not go on for ever. */
const MAX_FORMS = 3;

interface CallOptions {
  readonly method?: string;
  /** In place of the header that every request of a page has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
}

/** Of `/auth/login`; `returnTo` is `/app` where nothing else is said. */
type LoginQuery = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, string>>;

/** A frontend that the API's own origin serves, as a browser uses it. */
export interface BrowserApp {
  /** The page, as one from which something is asked. */
  readonly page: { readonly url: URL };
  /** All that a browser has sent to the API, got from it or was shown by it here, and each address on its way. */
  readonly seen: readonly string[];
  /** A click on any other link of the page; the address may lack its origin. `stopAt` is the page where nothing else is said. */
  open(browser: Browser, address: string, stopAt?: string): Promise<Page>;
  /** A click on "sign in": until there is a form, or the browser is back at the page, which has status 0. */
  begin(browser: Browser, query?: LoginQuery): Promise<Page>;
  /** The person fills in the form that is shown. */
  fillIn(browser: Browser, shown: Page, fields: Fields): Promise<Page>;
  /**
   * From a click on "sign in" back to the page, by the provider's form as often as it shows.
   *
   * @param fields what the person types into it
   * @returns where the browser ends, without its origin, and how many forms were filled in
   */
  signIn(browser: Browser, fields: Fields, query?: LoginQuery): Promise<{ at: string; forms: number }>;
  /** What a script of the page gets by `fetch`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  call(browser: Browser, path: string, options?: CallOptions): Promise<{ status: number; headers: Headers; body: any }>;
}

export function browserApp(api: string): BrowserApp {
  const page = { url: new URL(`${api}/app`) };
  const seen: string[] = [];

  function look(shown: Page): Page {
    const isOurs = (url: string) => url.startsWith(api);
    const hops = shown.hops.map((hop) => (isOurs(hop.url) ? JSON.stringify([hop, [...hop.headers]]) : hop.url));
    seen.push(shown.url.href, ...hops);
    if (shown.url.origin === api) seen.push(shown.html);
    return shown;
  }

  async function open(browser: Browser, address: string, stopAt = page.url.href): Promise<Page> {
    return look(await browser.open(new URL(address, api), stopAt, { from: page }));
  }
  async function begin(browser: Browser, query: LoginQuery = {}): Promise<Page> {
    return open(browser, `/auth/login?${new URLSearchParams({ returnTo: '/app', ...query })}`);
  }
  async function fillIn(browser: Browser, shown: Page, fields: Fields): Promise<Page> {
    return look(await browser.submit(shown, fields, page.url.href));
  }

  return {
    page,
    seen,
    open,
    begin,
    fillIn,
    async signIn(browser, fields, query) {
      const before = browser.posted;
      let shown = await begin(browser, query);
      while (shown.status === 200 && browser.posted - before < MAX_FORMS) shown = await fillIn(browser, shown, fields);
      return { at: shown.url.href.replace(api, ''), forms: browser.posted - before };
    },
    async call(browser, path, { method = 'GET', headers = { 'x-cloakroom-csrf': '1' }, body } = {}) {
      const json = { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await browser.fetch(page, api + path, { method, headers, ...(body === undefined ? {} : json) });
      const text = await answer.text();
      seen.push(text, JSON.stringify([...answer.headers]));
      return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : {} };
    },
  };
}
