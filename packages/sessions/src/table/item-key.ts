import { hash } from 'node:crypto';
import { type User, userKey } from '@cloakroom/core';

/** A primary key of the sessions table. */
export interface ItemKey {
  readonly user_key: string;
  readonly item: string;
}

/** How the sort keys begin. Their order is part of the design: one range holds the sessions and `USER`, and nothing else. */
const PREFIXES = {
  burnt: 'BURNT#',
  data: 'DATA#',
  ended: 'ENDED#',
  // Before the sessions: their range is read at every sign-in, and tokens are ten times as large.
  providerTokens: 'PROVIDER_TOKENS#',
  session: 'SESSION#',
} as const;

const USER_ITEM = 'USER';
const WEB_PREFIX = 'WEB#';

/** The sort keys from the first session to `USER`. */
export const SESSIONS_AND_USER = { from: PREFIXES.session, to: USER_ITEM } as const;

export function sessionKey(user: User, id: string): ItemKey {
  return keyOf(user, `${PREFIXES.session}${id}`);
}

export function dataKey(user: User, id: string): ItemKey {
  return keyOf(user, `${PREFIXES.data}${id}`);
}

/** The end marker. Under a login id, it keeps the login ended. */
export function endedKey(user: User, id: string): ItemKey {
  return keyOf(user, `${PREFIXES.ended}${id}`);
}

/** The mark of a session at the provider after which one must sign in anew: it keeps the logins of every client out. */
export function burntKey(user: User, sidHash: string): ItemKey {
  return keyOf(user, `${PREFIXES.burnt}${sidHash}`);
}

/** What the provider gave for a session. */
export function tokensKey(user: User, id: string): ItemKey {
  return keyOf(user, `${PREFIXES.providerTokens}${id}`);
}

/** A session at a provider that tells us when it is over, in a partition of its own: a logout token may not tell whose it is. */
export function providerSessionKey(issuer: string, sidKey: string): ItemKey {
  return { user_key: `SID#${issuer}#${sidKey}`, item: 'SID' };
}

/** A session of a web session library, in a partition of its own: it is there before its user is known. `hash`: see {@link webHash}. */
export function webKey(hash: string): ItemKey {
  return { user_key: `${WEB_PREFIX}${hash}`, item: 'WEB' };
}

/** See `Login.sidKey`. Anything else could be too long for a key. */
export const SID_KEY = /^[\w-]{1,64}$/;

/** What {@link webHash} gives. Anything else could be too long for a key, and be in the way of whatever names it. */
export const WEB_HASH = /^[\w-]{43}$/;

/** How the item of a library's session is named: SHA-256, base64url. A reader of the table can make no cookie of it. */
export function webHash(prefix: string, sid: string): string {
  return hash('sha256', JSON.stringify([prefix, sid]), 'base64url');
}

/** The inverse of {@link webKey}, of its partition key. */
export function hashInWebKey(key: string): string | undefined {
  return key.startsWith(WEB_PREFIX) ? key.slice(WEB_PREFIX.length) : undefined;
}

/** How the keys of data begin, for a range of them. */
export const DATA_PREFIX = PREFIXES.data;
/** How the keys of what a change of a session is told by begin. */
export const CHANGE_PREFIXES = { ended: PREFIXES.ended, session: PREFIXES.session } as const;

export function userRecordKey(user: User): ItemKey {
  return keyOf(user, USER_ITEM);
}

/** Also when the id is missing: such an item is malformed, not another kind. */
export function isSessionItem(item: unknown): boolean {
  return typeof item === 'string' && item.startsWith(PREFIXES.session);
}

/** Also when the id is missing: see {@link isSessionItem}. */
export function isEndedItem(item: unknown): boolean {
  return typeof item === 'string' && item.startsWith(PREFIXES.ended);
}

/** Also when the hash is missing: see {@link isSessionItem}. */
export function isBurntItem(item: unknown): boolean {
  return typeof item === 'string' && item.startsWith(PREFIXES.burnt);
}

export function isUserItem(item: unknown): boolean {
  return item === USER_ITEM;
}

/** The id in a sort key, or undefined when the sort key is of another kind. */
export function idInItem(kind: keyof typeof PREFIXES, item: string): string | undefined {
  const prefix = PREFIXES[kind];
  return item.startsWith(prefix) && item.length > prefix.length ? item.slice(prefix.length) : undefined;
}

function keyOf(user: User, item: string): ItemKey {
  return { user_key: userKey(user), item };
}
