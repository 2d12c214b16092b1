import { textFromBase64url, toBase64url } from './base64url.ts';
import { ISSUER_ALIAS, isSameUser, isSub, parseUserKey, type User, userKey } from './user.ts';

/** Who names somebody. */
export interface Namer {
  readonly own: User;
  /** Aliases of the issuers whose users they administer. */
  readonly administers: readonly string[];
}

const ONESELF = 'me';
const KEY_MARK = '~';
const QUALIFIED = /^([^:]*):(.*)$/s;

/** What a gateway's decoding (HTTP APIs decode a path twice, REST APIs once) or a client's URL parser makes something else of. */
const AMBIGUOUS_IN_PATH = /[%/?#\\]|^\.{1,2}$/;

/**
 * The one name that always means this user: `~<base64url(user key)>`. It has unreserved characters alone (RFC 3986 §2.3), so decoding
 * a path any number of times does not change it.
 */
export function publicUserKey(user: User): string {
  return KEY_MARK + toBase64url(userKey(user));
}

/** The inverse of {@link publicUserKey}; undefined for anything but the one spelling that it produces. */
export function parsePublicUserKey(text: string): User | undefined {
  return text.startsWith(KEY_MARK) ? parseUserKey(textFromBase64url(text.slice(1)) ?? '') : undefined;
}

/**
 * Whom `{userId}` of a path names, whatever the route: `me`, which is always oneself, or what {@link userNamed} takes. Undefined
 * for what another gateway could read as somebody else: nobody can say then whom the client meant.
 */
export function userNamedInPath(userId: string, namer: Namer): User | undefined {
  if (userId === ONESELF) return namer.own;
  return AMBIGUOUS_IN_PATH.test(userId) ? undefined : userNamed(userId, namer);
}

/**
 * Whom somebody names outside of a path: by {@link publicUserKey}, by a `sub` at the namer's own issuer, or by `<alias>:<sub>`.
 *
 * Whatever looks like an alias before a colon is one, but in the namer's own `sub`; there only the alias of an issuer that they
 * administer is. A `sub` that is `me` or begins with `~` is named by its key alone. So one name never means two people.
 */
export function userNamed(name: string, namer: Namer): User | undefined {
  if (name.startsWith(KEY_MARK)) return parsePublicUserKey(name);
  const user = plainUser(name, namer);
  return isSub(user.sub) && !hasOtherMeaning(user.sub) ? user : undefined;
}

/** Whether `{userId}` of a path names the user who writes it. Roles do not matter: nobody else is let through by it. */
export function namesOneself(userId: string, own: User): boolean {
  const user = userNamedInPath(userId, { own, administers: [] });
  return user !== undefined && isSameUser(user, own);
}

/** A user as the namer may read it: `sub`, or `<alias>:<sub>`, which {@link userNamed} takes for this user or for nobody. */
export function readableUserId(user: User, { own, administers }: Namer): string {
  const [, alias = ''] = QUALIFIED.exec(user.sub) ?? [];
  const isMistakable = isSameUser(user, own) ? administers.includes(alias) : ISSUER_ALIAS.test(alias);
  return user.issuer === own.issuer && !isMistakable && !hasOtherMeaning(user.sub) ? user.sub : qualified(user);
}

function plainUser(name: string, { own, administers }: Namer): User {
  const [, alias = '', rest = ''] = QUALIFIED.exec(name) ?? [];
  if (!administers.includes(alias) && [own.sub, qualified(own)].includes(name)) return own;
  return ISSUER_ALIAS.test(alias) ? { issuer: alias, sub: rest } : { issuer: own.issuer, sub: name };
}

function hasOtherMeaning(sub: string): boolean {
  return sub === ONESELF || sub.startsWith(KEY_MARK);
}

function qualified({ issuer, sub }: User): string {
  return `${issuer}:${sub}`;
}
