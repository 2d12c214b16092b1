import { getPublicSuffix } from 'tough-cookie';

/** Where a request comes from, as `Sec-Fetch-Site` says it; `none` is the address bar. */
export type FetchSite = 'none' | 'same-origin' | 'same-site' | 'cross-site';

/**
 * Whether two addresses are of one site: the same scheme, and one registrable domain by the Public Suffix List
 * (https://html.spec.whatwg.org/multipage/browsers.html#same-site). Ports do not count; an IP address is a site of its own.
 */
export function isSameSite(one: URL, other: URL): boolean {
  if (one.protocol !== other.protocol) return false;
  if (one.hostname === other.hostname) return true;
  const domain = registrableDomain(one.hostname);
  return domain !== undefined && domain === registrableDomain(other.hostname);
}

/**
 * `Sec-Fetch-Site` of a request that has been sent on: every address of its way counts, the last one being where it goes now
 * (https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header).
 */
export function fetchSite(initiator: URL | undefined, way: readonly URL[]): FetchSite {
  if (initiator === undefined) return 'none';
  if (way.some((url) => !isSameSite(initiator, url))) return 'cross-site';
  return way.every(({ origin }) => origin === initiator.origin) ? 'same-origin' : 'same-site';
}

function registrableDomain(hostname: string): string | undefined {
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return isAddress ? undefined : getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true });
}
