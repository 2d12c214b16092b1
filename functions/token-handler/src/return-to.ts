import type { SignInErrorCode } from './sign-in-error.ts';

/** Where a browser ends: a frontend's origin, and the path, query and fragment there. */
export interface Destination {
  /** An origin. */
  readonly frontend: string;
  readonly returnTo: string;
}

export const START = '/';
const MAX_LENGTH = 2048;

/**
 * A `returnTo` as it may be used: the path, query and fragment that a browser makes of it at the frontend. Whatever could lead
 * anywhere else, or back into `/auth/*`, is the start page: the person gets in all the same.
 */
export function parseReturnTo(text: string | undefined, frontend: string): string {
  if (text === undefined || !isPath(text) || !URL.canParse(text, frontend)) return START;
  const url = new URL(text, frontend);
  const isThere = url.origin === new URL(frontend).origin && isPath(url.pathname) && !leadsToUs(url.pathname);
  return isThere ? `${url.pathname}${withoutError(url.search)}${url.hash}` : START;
}

/** One slash, and nothing that a parser of addresses drops or takes for one (WHATWG URL §4.4). */
function isPath(text: string): boolean {
  return text.length <= MAX_LENGTH && /^\/(?![/\\])[^\\\s\p{C}]*$/u.test(text);
}

/** A browser sent on to `/auth/login` would sign in for ever. */
function leadsToUs(pathname: string): boolean {
  try {
    return /^\/+auth(?:\/|$)/i.test(decodeURIComponent(pathname));
  } catch {
    return true; // an escape that nobody can read
  }
}

/** Where the browser is sent. It always has a fragment: one that stands in the request's own address would survive the redirect. */
export function addressOf({ frontend, returnTo }: Destination): string {
  const url = new URL(returnTo, frontend);
  return `${url.origin}${url.pathname}${url.search}${url.hash === '' ? '#' : url.hash}`;
}

/** The same, with what went wrong in the query, before the fragment. */
export function errorAddressOf({ frontend, returnTo }: Destination, code: SignInErrorCode): string {
  const { pathname, search, hash } = new URL(returnTo, frontend);
  const query = [...partsOf(withoutError(search)), `error=${code}`].join('&');
  return addressOf({ frontend, returnTo: `${pathname}?${query}${hash}` });
}

/** An `error` of before would keep the page from signing in. */
function withoutError(search: string): string {
  const parts = partsOf(search).filter((part) => !/^error=[A-Z_]+$/.test(part));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function partsOf(search: string): string[] {
  return search === '' || search === '?' ? [] : search.slice(1).split('&');
}
