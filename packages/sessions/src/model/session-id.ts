import { fromBase64url, parseUserKey, textFromBase64url, toBase64url, type User, userKey } from '@cloakroom/core';

/** 128 bits: a login id, or as many random bits. */
const ID_BYTES = 16;

/** Where a session is: its user and its id there. */
export interface SessionAddress {
  readonly user: User;
  readonly id: string;
}

/** The id that clients see: `<base64url(user key)>.<id>`. It locates itself and is no secret: it opens nothing. */
export function publicSessionId(user: User, id: string): string {
  return `${toBase64url(userKey(user))}.${id}`;
}

/** The inverse of {@link publicSessionId}; undefined for anything but the one spelling that it produces. */
export function parsePublicSessionId(text: string): SessionAddress | undefined {
  const [key, id, ...rest] = text.split('.');
  if (key === undefined || id === undefined || rest.length > 0) return undefined;
  const user = parseUserKey(textFromBase64url(key) ?? '');
  if (user === undefined || fromBase64url(id)?.byteLength !== ID_BYTES) return undefined;
  return { user, id };
}
