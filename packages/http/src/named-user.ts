import { type Caller, ISSUER_ALIAS, isSub, type User } from '@cloakroom/core';

/** Whom a caller can mean by `{userId}`. */
interface Reach {
  readonly caller: Pick<Caller, 'userId' | 'issuer'>;
  /** Whether the caller can mean themselves. */
  readonly isForSelf: boolean;
  /** Aliases of the issuers whose users the caller can mean. */
  readonly administers: readonly string[];
}

const QUALIFIED = /^([^:]*):(.*)$/s;

/**
 * Whom `{userId}` of a path names, or undefined when that is nobody within the caller's reach: the caller's own `sub`; or
 * for administrators a `sub` at their own issuer, or `<alias>:<sub>`.
 *
 * To administrators, whatever looks like an alias before a colon is one: a `sub` that has such a colon itself is written with
 * its alias. Otherwise a path meant for another issuer could fall on a user of one's own.
 */
export function namedUser(userId: string, { caller, isForSelf, administers }: Reach): User | undefined {
  const { issuer } = caller;
  if (isForSelf && userId === caller.userId) return { issuer, sub: userId };
  const [, prefix = '', rest = ''] = QUALIFIED.exec(userId) ?? [];
  const user = ISSUER_ALIAS.test(prefix) ? { issuer: prefix, sub: rest } : { issuer, sub: userId };
  return administers.includes(user.issuer) && isSub(user.sub) ? user : undefined;
}

/** How a caller writes a user in a path, so that {@link namedUser} finds them again: `sub`, or `<alias>:<sub>`. */
export function pathUserId({ issuer, sub }: User, caller: Pick<Caller, 'userId' | 'issuer'>): string {
  const [, prefix = ''] = QUALIFIED.exec(sub) ?? [];
  const isPlain = sub === caller.userId || !ISSUER_ALIAS.test(prefix);
  return issuer === caller.issuer && isPlain ? sub : `${issuer}:${sub}`;
}
