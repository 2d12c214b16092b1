import { type Caller, ISSUER_ALIAS, isSub, type User } from '@cloakroom/core';

/** Who names somebody. */
interface Namer {
  readonly caller: Pick<Caller, 'userId' | 'issuer'>;
  /** Aliases of the issuers whose users the caller administers. */
  readonly administers: readonly string[];
}

const QUALIFIED = /^([^:]*):(.*)$/s;

/**
 * Whom a caller names by `{userId}` of a path, whatever the route: a `sub` at the caller's own issuer, or `<alias>:<sub>`.
 *
 * Whatever looks like an alias before a colon is one, but in the caller's own `sub`; there only the alias of an issuer that the
 * caller administers is. So one path never means two people, and one meant for another issuer never falls on a user of one's own.
 */
export function namedUser(userId: string, { caller, administers }: Namer): User | undefined {
  const own = { issuer: caller.issuer, sub: caller.userId };
  const [, alias = '', rest = ''] = QUALIFIED.exec(userId) ?? [];
  if (!administers.includes(alias) && [own.sub, qualified(own)].includes(userId)) return own;
  const user = ISSUER_ALIAS.test(alias) ? { issuer: alias, sub: rest } : { issuer: own.issuer, sub: userId };
  return isSub(user.sub) ? user : undefined;
}

/** How a caller writes a user in a path, so that {@link namedUser} finds them again: `sub`, or `<alias>:<sub>`. */
export function pathUserId(user: User, { caller, administers }: Namer): string {
  const [, alias = ''] = QUALIFIED.exec(user.sub) ?? [];
  const isMistakable = isCaller(user, caller) ? administers.includes(alias) : ISSUER_ALIAS.test(alias);
  return user.issuer === caller.issuer && !isMistakable ? user.sub : qualified(user);
}

export function isCaller({ issuer, sub }: User, caller: Pick<Caller, 'userId' | 'issuer'>): boolean {
  return issuer === caller.issuer && sub === caller.userId;
}

function qualified({ issuer, sub }: User): string {
  return `${issuer}:${sub}`;
}
