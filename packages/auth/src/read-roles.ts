import type { HeldRole } from '@cloakroom/core';
import { wordsAt } from './claim-path.ts';
import type { Claims } from './compact-jws.ts';
import { isPathRole, type Role } from './roles.ts';

/** The roles of the issuer that verified claims hold, as far as their claims are not told as groups or scope. */
export function readRoles(claims: Claims, roles: readonly Role[] = []): readonly HeldRole[] {
  const held = roles.filter((role) => isPathRole(role) && wordsAt(claims, role.claim).includes(role.value));
  return held.map(({ claim, value }) => ({ claim, value }));
}
