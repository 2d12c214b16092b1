import type { Caller } from '@cloakroom/core';
import type { Issuer } from './issuer.ts';
import type { Role } from './role-schema.ts';

/** What of a caller roles are decided on. */
export type RoleHolder = Pick<Caller, 'issuer' | 'clientId' | 'scope' | 'groups'>;

/**
 * Aliases of the issuers whose users the caller administers, by the roles of the caller's own issuer; empty for everybody
 * else. Words are compared as they are: no case folding, no prefixes. A service administers nothing, whatever its token says.
 */
export function administers(issuers: readonly Issuer[], caller: RoleHolder): readonly string[] {
  const issuer = issuers.find(({ alias }) => alias === caller.issuer);
  if (issuer === undefined || issuer.services?.includes(caller.clientId)) return [];
  const held = (issuer.roles ?? []).filter((role) => hasRole(role, caller));
  return [...new Set(held.flatMap((role) => role.administers))];
}

function hasRole({ claim, value, clientIds }: Role, caller: RoleHolder): boolean {
  const isListed = clientIds === undefined || clientIds.includes(caller.clientId);
  const words = claim === 'groups' ? caller.groups : caller.scope.split(' ');
  return isListed && words.includes(value);
}
