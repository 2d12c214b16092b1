import type { Cookies } from './cookies.ts';
import { type Answer, exchange } from './exchange.ts';
import { fetchSite, isSameSite } from './site.ts';

/** What a page asks for by `fetch`. */
export interface PageRequest {
  readonly method?: string;
  /** With names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `same-origin` by default, as in a page. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
}

/** The page's origin, and whether cookies go along to another one. */
interface Caller {
  readonly origin: string;
  readonly withCredentials: boolean;
}

const SIMPLE_METHODS = ['GET', 'HEAD', 'POST'];
const SIMPLE_HEADERS = ['accept', 'accept-language', 'content-language', 'content-type'];
const SIMPLE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const READABLE_HEADERS = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];
/** Statuses without a body, for which `Response` takes none. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * `fetch` of a page's script, mode `cors`, with the preflight and the rules of who may read the answer
 * (https://fetch.spec.whatwg.org/#http-cors-protocol). A redirect is not followed: it is the answer.
 *
 * @throws TypeError where a browser refuses, with what the page's console would say
 */
export async function fetchOfPage(page: URL, target: URL, wish: PageRequest, cookies: Cookies): Promise<Response> {
  const { method = 'GET', headers = {}, body, credentials = 'same-origin' } = wish;
  const isForeign = page.origin !== target.origin;
  const caller = { origin: page.origin, withCredentials: credentials === 'include' };
  const metadata = {
    'sec-fetch-site': fetchSite(page, [target]),
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    ...(isForeign || !['GET', 'HEAD'].includes(method) ? { origin: page.origin } : {}),
  };
  if (isForeign && needsPreflight(method, headers)) {
    const asked = Object.keys(headers).filter((name) => !SIMPLE_HEADERS.includes(name) || name === 'content-type');
    const question = {
      'access-control-request-method': method,
      'access-control-request-headers': asked.toSorted().join(),
    };
    const permission = await exchange({ method: 'OPTIONS', url: target, headers: { ...metadata, ...question } });
    assertPermitted(permission, { caller, method, asked });
  }
  const context = isSameSite(page, target) ? 'strict' : 'none';
  const hasCookies = caller.withCredentials || (credentials === 'same-origin' && !isForeign);
  const cookie = hasCookies ? cookies.header(target, context) : '';
  const sent = { ...headers, ...metadata, ...(cookie === '' ? {} : { cookie }) };
  const answer = await exchange({ method, url: target, headers: sent, body });
  if (hasCookies) cookies.keep(answer.headers.getSetCookie(), target, context);
  if (isForeign) assertReadable(answer, caller);
  return responseOf(answer, isForeign);
}

function needsPreflight(method: string, headers: Readonly<Record<string, string>>): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (type !== undefined && !SIMPLE_TYPES.includes(type)) return true;
  return !SIMPLE_METHODS.includes(method) || Object.keys(headers).some((name) => !SIMPLE_HEADERS.includes(name));
}

interface Asked {
  readonly caller: Caller;
  readonly method: string;
  readonly asked: readonly string[];
}

function assertPermitted(answer: Answer, { caller, method, asked }: Asked): void {
  if (answer.status < 200 || answer.status > 299) throw new TypeError(`the preflight answered ${answer.status}`);
  assertReadable(answer, caller);
  const methods = listOf(answer, 'access-control-allow-methods');
  if (!SIMPLE_METHODS.includes(method) && !methods.includes(method.toLowerCase())) {
    throw new TypeError(`${method} is not in access-control-allow-methods`);
  }
  const allowed = listOf(answer, 'access-control-allow-headers');
  const refused = asked.find((name) => !allowed.includes(name));
  if (refused !== undefined) throw new TypeError(`${refused} is not in access-control-allow-headers`);
}

function assertReadable({ headers }: Answer, { origin, withCredentials }: Caller): void {
  const allowed = headers.get('access-control-allow-origin');
  if (allowed !== origin && (withCredentials || allowed !== '*')) {
    throw new TypeError(`access-control-allow-origin is ${allowed ?? 'absent'}, and not ${origin}`);
  }
  if (withCredentials && headers.get('access-control-allow-credentials') !== 'true') {
    throw new TypeError('access-control-allow-credentials is not true');
  }
}

/** What the script sees: no `Set-Cookie`, and of another origin only the headers that it may read. */
function responseOf({ status, headers, text }: Answer, isForeign: boolean): Response {
  const exposed = [...READABLE_HEADERS, ...headersIn(headers.get('access-control-expose-headers'))];
  const visible = [...headers].filter(([name]) => name !== 'set-cookie' && (!isForeign || exposed.includes(name)));
  return new Response(WITHOUT_BODY.includes(status) ? null : text, { status, headers: visible });
}

function listOf({ headers }: Answer, name: string): readonly string[] {
  return headersIn(headers.get(name));
}

function headersIn(value: string | null): readonly string[] {
  return (value ?? '').split(',').map((name) => name.trim().toLowerCase());
}
