import { CSRF_HEADER } from '@cloakroom/core';

/** What the rules look at. */
export interface CookieRequest {
  /** In capitals. */
  readonly method: string;
  /** A header by its name in lower case, several joined by commas; undefined where it was not sent. */
  readonly header: (name: string) => string | undefined;
  /** Exact origins. */
  readonly allowedOrigins: readonly string[];
}

/** Which rule a request breaks, one stable word. */
export type CsrfRefusal = 'csrf_header_missing' | 'origin_missing' | 'origin_refused' | 'fetch_site_refused';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Whether a request that a browser may have added a cookie to was made by a page of ours; undefined if it was.
 *
 * - The header `x-cloakroom-csrf: 1`, which no form can send, and no other origin without a preflight that it would not pass.
 * - An `Origin` of the list. Only GET and HEAD may come without one, since browsers send none with those to the same origin.
 * - `Sec-Fetch-Site` (W3C Fetch Metadata §2.4) of `same-origin`, or any other with such an `Origin`; never `none`, which is a
 *   person's own navigation and cannot bring the header. Old browsers send none: then the `Origin` decides.
 */
export function judgeCookieRequest({ method, header, allowedOrigins }: CookieRequest): CsrfRefusal | undefined {
  if (header(CSRF_HEADER) !== '1') return 'csrf_header_missing';
  const origin = header('origin');
  if (origin !== undefined && !allowedOrigins.includes(origin)) return 'origin_refused';
  if (origin === undefined && !SAFE_METHODS.has(method)) return 'origin_missing';
  const site = header('sec-fetch-site');
  if (site === 'none') return 'fetch_site_refused';
  if (site !== undefined && site !== 'same-origin' && origin === undefined) return 'fetch_site_refused';
  return undefined;
}
