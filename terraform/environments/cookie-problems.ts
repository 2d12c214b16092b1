import type { Issuer } from '@cloakroom/auth';
import { getDomain } from 'tldts';
import type { Cookie } from './cookie-schema.ts';

/** An environment, as far as its cookie must agree with it. */
interface Told {
  readonly allowedOrigins: readonly string[];
  readonly cookie: Cookie;
  readonly issuers: readonly Issuer[];
  readonly publicUrl?: string | undefined;
}

/** What contradicts between the cookie of tickets, the pages that sign people in, and the API's own address. Empty when nothing does. */
export function cookieProblems({ allowedOrigins, cookie, issuers, publicUrl }: Told): readonly string[] {
  const pages = issuers.flatMap(({ alias, browser }) =>
    (browser?.frontends ?? []).map(({ url }) => ({ url, path: `frontends of ${alias}` })),
  );
  const secretNames = issuers.flatMap(({ browser }) => browser?.clientSecretName ?? []);
  if (issuers.every(({ browser }) => browser === undefined)) return [];
  if (publicUrl === undefined) {
    return [
      'publicUrl is missing: providers send browsers back there, to <publicUrl>/auth/callback/<alias>. Say it, or a domain',
    ];
  }
  return [
    ...cookieItself(cookie),
    ...secretNames
      .filter((name) => !SECRET_NAME.test(name))
      .map((name) => `clientSecretName ${name} must be 1 to 64 of a-z, 0-9 and -, and begin with a letter`),
    ...pages
      .filter(({ url }) => !allowedOrigins.includes(url))
      .map(({ url, path }) => `${path}: ${url} is none of allowedOrigins ${allowedOrigins.join(', ')}: add it there`),
    ...pages
      .filter(({ url }) => cookie.sameSite !== 'None' && !isSameSite(url, publicUrl))
      .map(
        ({ url, path }) =>
          `${path}: ${url} is another site than publicUrl ${publicUrl}${becauseOfSuffix(publicUrl)}, so browsers would not send it a cookie with cookie.sameSite ${cookie.sameSite}: give the API a domain beside the page's, or say None`,
      ),
  ];
}

const SECRET_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const HOST_PREFIX = '__Host-';

function cookieItself({ name, sameSite, secure }: Cookie): readonly string[] {
  return [
    ...(secure === name.startsWith(HOST_PREFIX)
      ? []
      : [
          `cookie.name ${name} does not go with cookie.secure ${secure}: ${HOST_PREFIX} is for secure cookies, and they need it`,
        ]),
    ...(sameSite === 'None' && !secure
      ? ['cookie.sameSite None does not go with cookie.secure false: browsers take such a cookie from https: alone']
      : []),
  ];
}

/** What works and will disappoint some. */
export function cookieWarnings({ cookie, issuers }: Pick<Told, 'cookie' | 'issuers'>): readonly string[] {
  return cookie.sameSite === 'None' && issuers.some(({ browser }) => browser !== undefined)
    ? ['cookie.sameSite None does not work in Safari, on iOS, or in Brave: they refuse cookies of other sites']
    : [];
}

/** As browsers judge it: the same scheme and the same registrable domain, by the Public Suffix List. */
function isSameSite(one: string, other: string): boolean {
  return siteOf(one) === siteOf(other);
}

function siteOf(address: string): string {
  const { protocol, hostname } = new URL(address);
  return `${protocol}//${registrableDomain(hostname) ?? hostname}`;
}

/** Null for a public suffix, an IP address, and a name without a dot: then the host is its own site. */
function registrableDomain(hostname: string): string | null {
  return getDomain(hostname.replace(/\.$/, ''), { allowPrivateDomains: true });
}

function becauseOfSuffix(publicUrl: string): string {
  return /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\.?$/.test(new URL(publicUrl).hostname)
    ? ' (each address of API Gateway is a site of its own: the Public Suffix List has them)'
    : '';
}
