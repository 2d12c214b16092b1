/** One cookie of a request. The value is as it was sent: nothing is unquoted or decoded. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** What a request holds under the name of a cookie of ours. */
export type CookieFinding =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'found'; readonly value: string }
  | { readonly outcome: 'refused'; readonly reason: 'duplicate' | 'malformed' | 'too_long' };

/** Well above the longest ticket: 477 characters. */
const MAX_VALUE_LENGTH = 1024;

/** `1*cookie-octet` (RFC 6265 §4.1.1). Quotes are not among them: no cookie of ours is quoted. */
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * The white space that browsers cut from names themselves, so that no cookie can be planted under a name that has some. Any other
 * is left where it is: of `U+00A0 __Host-…`, which browsers let any sibling domain set, nothing may make a cookie of ours.
 */
const AROUND = /^[ \t]+|[ \t]+$/g;

/**
 * All cookies of a `Cookie` header, in its order, duplicates too (RFC 6265 §4.2, §5.4). Never throws: what others put into a
 * cookie is theirs. A part without `=` is a name without a value. Several headers must be joined by `; `.
 */
export function parseCookies(header: string | undefined): readonly Cookie[] {
  if (header === undefined) return [];
  return header.split(';').flatMap((pair) => {
    const end = pair.indexOf('=');
    const name = trim(end === -1 ? pair : pair.slice(0, end));
    return name === '' ? [] : [{ name, value: end === -1 ? '' : trim(pair.slice(end + 1)) }];
  });
}

/**
 * The one cookie of ours with this name, letter for letter. Two are refused, whichever is right: the other was planted, and the
 * order in which they come says nothing (RFC 6265 §4.2.2).
 */
export function findCookie(header: string | undefined, name: string): CookieFinding {
  // Of every request with a bearer token, and most have no cookie of ours.
  if (header === undefined || !header.includes(name)) return { outcome: 'absent' };
  const [found, ...more] = parseCookies(header).filter((cookie) => cookie.name === name);
  if (found === undefined) return { outcome: 'absent' };
  if (more.length > 0) return { outcome: 'refused', reason: 'duplicate' };
  if (found.value.length > MAX_VALUE_LENGTH) return { outcome: 'refused', reason: 'too_long' };
  return VALUE.test(found.value)
    ? { outcome: 'found', value: found.value }
    : { outcome: 'refused', reason: 'malformed' };
}

function trim(text: string): string {
  return text.replace(AROUND, '');
}
