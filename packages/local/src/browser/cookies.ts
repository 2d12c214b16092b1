import { Cookie, CookieJar } from 'tough-cookie';

/** Which cookies a request carries: all, those without `Strict`, or `None` alone (RFC 6265bis §5.2). */
type SameSiteContext = 'strict' | 'lax' | 'none';

/** What Chromium keeps of one cookie: name and value, and each attribute. */
const MAX_COOKIE_BYTES = 4096;
const MAX_ATTRIBUTE_BYTES = 1024;

/** The cookies of a browser. */
export interface Cookies {
  /** The `Cookie` header of a request; empty without any. */
  header(url: URL, context: SameSiteContext): string;
  /** Keeps what an answer sets; what a browser would drop is dropped without a word, as there. */
  keep(lines: readonly string[], url: URL, context: SameSiteContext): void;
  /** What the browser holds for an address; `isReadable` alone by scripts. */
  list(url: URL, options?: { readonly isReadable: boolean }): readonly Cookie[];
  copy(): Cookies;
}

/**
 * Cookies as Chromium keeps them, by tough-cookie (RFC 6265) with what is newer: `Lax` where `SameSite` is not said, `None` only
 * with `Secure`, the prefixes `__Http-` and `__Host-Http-`, and the limits of size. `Secure` cookies are kept on loopback, too.
 * One thing is stricter than Chromium: a cookie that says no `SameSite` never goes along with a form of another site, and there it does for
 * two minutes.
 */
export function createCookies(jar = new CookieJar(undefined, { prefixSecurity: 'strict' })): Cookies {
  return {
    header: (url, sameSiteContext) => jar.getCookieStringSync(url.href, { sameSiteContext }),
    keep(lines, url, sameSiteContext) {
      for (const line of lines) {
        const cookie = readCookie(line);
        if (cookie !== undefined) jar.setCookieSync(cookie, url.href, { sameSiteContext, ignoreError: true });
      }
    },
    list: (url, { isReadable } = { isReadable: false }) => jar.getCookiesSync(url.href, { http: !isReadable }),
    copy: () => createCookies(jar.cloneSync()),
  };
}

function readCookie(line: string): Cookie | undefined {
  const [pair = '', ...attributes] = line.split(';');
  if (Buffer.byteLength(pair) > MAX_COOKIE_BYTES + 1) return undefined; // the sign between them does not count
  const kept = attributes.filter((attribute) => Buffer.byteLength(attribute) <= MAX_ATTRIBUTE_BYTES);
  const cookie = Cookie.parse([pair, ...kept].join(';'));
  if (cookie === undefined) return undefined;
  cookie.sameSite ??= 'lax';
  const isRefused = (cookie.sameSite === 'none' && !cookie.secure) || !keepsItsPrefix(cookie);
  return isRefused ? undefined : cookie;
}

/** The prefixes that tough-cookie does not know; Chromium reads them in any case. */
function keepsItsPrefix({ key, secure, httpOnly, path, domain }: Cookie): boolean {
  const isBoundToHost = secure && path === '/' && domain === null;
  if (/^__Host-Http-/i.test(key)) return isBoundToHost && httpOnly;
  if (/^__Host-/i.test(key)) return isBoundToHost;
  if (/^__Http-/i.test(key)) return secure && httpOnly;
  return !/^__Secure-/i.test(key) || secure;
}
