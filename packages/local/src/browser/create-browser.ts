import type { Cookie } from 'tough-cookie';
import { type Cookies, createCookies } from './cookies.ts';
import { exchange } from './exchange.ts';
import { fetchOfPage, type PageRequest } from './fetch-of-page.ts';
import { readForm } from './form.ts';
import { fetchSite, isSameSite } from './site.ts';

/** One request of a navigation, and what came back. */
interface Hop {
  readonly method: string;
  /** With its fragment, which is not sent. */
  readonly url: string;
  /** What was sent, with names in lower case. */
  readonly sent: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers: Headers;
}

/** What a browser shows once it is not sent on any more. */
export interface Page {
  /** With the fragment, which survives redirects that have none of their own (RFC 9110 §10.2.2). */
  readonly url: URL;
  /** Empty where the browser has arrived at `stopAt`, which it does not ask for. */
  readonly html: string;
  readonly status: number;
  /** The way here, the first request first. */
  readonly hops: readonly Hop[];
}

/** Where a navigation begins. */
interface NavigationOptions {
  /** The page whose link or script it is; absent where a person types the address. */
  readonly from?: Pick<Page, 'url'>;
  /** More headers, or other values: `sec-purpose` of a prefetch, `sec-fetch-dest` of a frame. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A browser without a screen: cookies, redirects, forms, `fetch`, and the headers `Origin` and `Sec-Fetch-*`, as Chromium has
 * them. It runs no script.
 */
export interface Browser {
  /** How many forms it has posted. */
  readonly posted: number;
  /** Opens an address and goes where it is sent, until there is a page, or an address that begins with `stopAt`. */
  open(url: string | URL, stopAt?: string, options?: NavigationOptions): Promise<Page>;
  /**
   * Posts the first form of a page, with these fields and its hidden ones.
   *
   * @throws Error when the page has no form
   */
  submit(page: Pick<Page, 'url' | 'html'>, fields: Readonly<Record<string, string>>, stopAt?: string): Promise<Page>;
  /**
   * What a script of the page gets by `fetch`.
   *
   * @throws TypeError where a browser would not let the page have it
   */
  fetch(page: Pick<Page, 'url'>, url: string | URL, request?: PageRequest): Promise<Response>;
  /** The cookies that it would send to an address which a person types; `isReadable` those that a script there can read. */
  cookies(url: string | URL, options?: { readonly isReadable: boolean }): readonly Cookie[];
  /** A second browser with what this one holds now, as a thief would have who copied its cookies. */
  copy(): Browser;
}

const MAX_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

export function createBrowser(cookies: Cookies = createCookies()): Browser {
  let posted = 0;
  return {
    get posted() {
      return posted;
    },
    open: (url, stopAt, { from, headers = {} } = {}) =>
      navigate({ start: new URL(url), initiator: from?.url, headers, cookies, stopAt }),
    async submit(page, fields, stopAt) {
      const { action, hidden } = readForm(page);
      posted += 1;
      const form = new URLSearchParams({ ...hidden, ...fields }).toString();
      return navigate({ start: action, initiator: page.url, form, headers: {}, cookies, stopAt });
    },
    fetch: (page, url, request = {}) => fetchOfPage(page.url, new URL(url, page.url), request, cookies),
    cookies: (url, options) => cookies.list(new URL(url), options),
    copy: () => createBrowser(cookies.copy()),
  };
}

interface Navigation {
  readonly start: URL;
  readonly initiator: URL | undefined;
  readonly form?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Cookies;
  readonly stopAt: string | undefined;
}

async function navigate({ start, stopAt, cookies, ...navigation }: Navigation): Promise<Page> {
  const way: URL[] = [];
  const hops: Hop[] = [];
  let url = start;
  let { form } = navigation;
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    if (stopAt !== undefined && url.href.startsWith(stopAt)) return { url, html: '', status: 0, hops };
    way.push(url);
    const method = form === undefined ? 'GET' : 'POST';
    const context = cookieContext(navigation.initiator, url, method);
    const sent = { ...headersOf({ ...navigation, form, way }), ...cookieHeader(cookies.header(url, context)) };
    const { status, headers, text } = await exchange({ method, url, headers: sent, body: form });
    // A navigation is first-party where it arrives: it may set cookies of any SameSite.
    cookies.keep(headers.getSetCookie(), url, 'strict');
    hops.push({ method, url: url.href, sent, status, headers });
    const location = headers.get('location');
    if (location === null || !REDIRECTS.includes(status)) return { url, html: text, status, hops };
    url = follow(url, location);
    if (status < 307) form = undefined; // 307 and 308 post again (RFC 9110 §15.4)
  }
  throw new Error(`${start.origin} redirects in circles`);
}

/** Chromium goes by who began the navigation, and not by the redirects in between. */
function cookieContext(initiator: URL | undefined, url: URL, method: string): 'strict' | 'lax' | 'none' {
  if (initiator === undefined || isSameSite(initiator, url)) return 'strict';
  return method === 'GET' ? 'lax' : 'none';
}

interface Request extends Pick<Navigation, 'initiator' | 'headers'> {
  readonly form: string | undefined;
  readonly way: readonly URL[];
}

function headersOf({ initiator, form, headers, way }: Request): Readonly<Record<string, string>> {
  return {
    'user-agent': USER_AGENT,
    accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
    'sec-fetch-site': fetchSite(initiator, way),
    'sec-fetch-mode': 'navigate',
    'sec-fetch-user': '?1',
    'sec-fetch-dest': 'document',
    ...(form === undefined
      ? {}
      : { 'content-type': 'application/x-www-form-urlencoded', origin: originOf(initiator, way) }),
    ...headers,
  };
}

/** A form's origin, which is no longer told once it was sent on to another place (https://fetch.spec.whatwg.org/#origin-header). */
function originOf(initiator: URL | undefined, way: readonly URL[]): string {
  const origins = new Set(way.map(({ origin }) => origin));
  return initiator === undefined || origins.size > 1 ? 'null' : initiator.origin;
}

function cookieHeader(cookie: string): Readonly<Record<string, string>> {
  return cookie === '' ? {} : { cookie };
}

function follow(from: URL, location: string): URL {
  const url = new URL(location, from);
  if (!location.includes('#')) url.hash = from.hash;
  return url;
}
