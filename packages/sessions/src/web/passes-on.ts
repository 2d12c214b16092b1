import { isSameUser } from '@cloakroom/core';
import type { OwnedAs, WebOwner } from './web-session.ts';

/**
 * Whether a session that is held so passes on when it is saved as the owner's: to another person, to nobody, or to the same person who
 * has signed in anew, in another session at the provider. Whoever names none there stays in that which is known.
 */
export function passesOn(
  owned: OwnedAs | undefined,
  owner: Pick<WebOwner, 'user' | 'providerSession'> | undefined,
): boolean {
  if (owned === undefined || owner === undefined) return owned !== undefined || owner !== undefined;
  const { user, providerSession } = owner;
  return !isSameUser(owned.user, user) || (providerSession !== undefined && providerSession.sidHash !== owned.sidHash);
}
