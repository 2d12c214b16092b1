import { CloakroomClientError } from './client-error.ts';
import type { Surroundings } from './surroundings.ts';
import { wait } from './wait.ts';

/** API Gateway gives up after 30 s. */
const ANSWER_WITHIN_MS = 35_000;

/** The answer of a route of `/auth/*`. The status is 0 where there was none. */
export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly data?: unknown;
  readonly endedReason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

interface AskOptions extends RequestInit {
  /** How often it is asked, as long as the API says when it may be better. Once by default. */
  readonly tries?: number;
}

/** How the client speaks to the API: with the cookie, and with the header that says that a script of the page asks. */
export interface Api {
  /** Without a slash at the end. */
  readonly url: string;
  send(input: RequestInfo | URL, init: RequestInit, isBackground?: boolean): Promise<Response>;
  /** A route of `/auth/*`. Never rejects. */
  ask(path: string, init?: AskOptions): Promise<Answer>;
}

/** @throws TypeError `apiUrl` is no address */
export function createApi(apiUrl: string, { fetch }: Pick<Surroundings, 'fetch'>): Api {
  const { origin, pathname } = new URL(apiUrl);
  const url = origin + pathname.replace(/\/+$/, '');

  const send: Api['send'] = (input, init, isBackground = false) => {
    const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set('x-cloakroom-csrf', '1');
    if (isBackground) headers.set('x-cloakroom-background', '1');
    // A Request can be sent once, and this one may be sent again.
    const target = input instanceof Request ? input.clone() : input;
    return fetch(target, { ...init, headers, credentials: 'include' });
  };

  const ask: Api['ask'] = async (path, { tries = 1, ...init } = {}) => {
    const answer = await send(url + path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...init }).then(
      read,
      unreachable,
    );
    if (answer.retryAfterSeconds === undefined || tries <= 1) return answer;
    await wait(answer.retryAfterSeconds);
    return ask(path, { ...init, tries: tries - 1 });
  };

  return { url, send, ask };
}

function unreachable(cause: unknown): Answer {
  return { status: 0, code: 'UNREACHABLE', cause };
}

/** The envelope of our functions; API Gateway's own answers have none. */
async function read(response: Response): Promise<Answer> {
  const body = await response.json().catch(() => undefined);
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    data: body?.data,
    code: body?.error?.code ?? 'UNREACHABLE',
    endedReason: body?.error?.endedReason,
    retryAfterSeconds: retryAfter === null ? undefined : Number.parseInt(retryAfter, 10) || 0,
  };
}

export function errorOf({ status, code, retryAfterSeconds, cause }: Answer): CloakroomClientError {
  const what = status === 0 ? 'no answer from the API' : `the API answered ${status} ${code}`;
  return new CloakroomClientError(code, what, { retryAfterSeconds, cause });
}

/**
 * The address in the API of what a page wants to fetch: a path is one of the API's.
 *
 * @throws CloakroomClientError OTHER_ORIGIN: it is elsewhere, and must see neither the header nor a cookie
 */
export function addressIn({ url }: Pick<Api, 'url'>, input: RequestInfo | URL): string {
  const text = input instanceof Request ? input.url : String(input);
  const isPath = text.startsWith('/') && !text.startsWith('//');
  const { href } = new URL(isPath ? url + text : text, `${url}/`);
  if (href.startsWith(`${url}/`)) return href;
  throw new CloakroomClientError('OTHER_ORIGIN', `${href} is not at ${url}: use fetch`);
}
