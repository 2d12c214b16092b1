import { type Caller, ISSUER_ALIAS } from '@cloakroom/core';
import * as v from 'valibot';
import { parseClaimPath } from './claim-path.ts';
import { findServiceGrant, type ServiceSource } from './services.ts';

/** Aliases of issuers, or of web apps with users of their own: whoever has the role administers their users. */
const administered = v.pipe(v.array(v.pipe(v.string(), v.regex(ISSUER_ALIAS))), v.minLength(1), v.readonly());
const clients = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(255))), v.minLength(1), v.readonly());

/** RFC 6749 §3.3: a scope is one word. */
export const SCOPE_WORD = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Claims that have rules of their own, and so are no paths; `scp` is what some providers call the scope. */
const NO_PATHS: readonly string[] = ['groups', 'scope', 'scp'];

/**
 * What makes an administrator: a group, or a word of any other claim, of any client or of those listed; or a scope, of those listed
 * alone, since a user consents to scopes and any client of the issuer may ask for them.
 */
export const roleSchema = v.variant(
  'claim',
  [
    v.strictObject({
      claim: v.literal('groups'),
      value: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
      administers: administered,
      clientIds: v.exactOptional(clients),
    }),
    v.strictObject({
      claim: v.literal('scope'),
      value: v.pipe(v.string(), v.maxLength(255), v.regex(SCOPE_WORD, 'must be one word')),
      administers: administered,
      clientIds: clients,
    }),
    v.strictObject({
      /** The name of a claim, or the path to it: see `parseClaimPath`. */
      claim: v.pipe(v.string(), v.maxLength(255), v.check(isPath)),
      value: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      administers: administered,
      clientIds: v.exactOptional(clients),
    }),
  ],
  'must be `groups`, `scope` (also for `scp`), or the way to another claim: names between dots, where a dot in a name is `\\.`',
);

export type Role = v.InferOutput<typeof roleSchema>;

/** What of a caller roles are decided on. */
export type RoleHolder = Pick<Caller, 'issuer' | 'clientId' | 'scope' | 'groups' | 'roles'>;

/** An issuer, as far as roles need it. */
interface RoleSource extends ServiceSource {
  readonly roles?: readonly Role[];
}

/**
 * Aliases of the issuers whose users the caller administers, by the roles of the caller's own issuer; empty for everybody
 * else. Words are compared as they are: no case folding, no prefixes. A service administers nothing, whatever its token says.
 */
export function issuersAdministeredBy(issuers: readonly RoleSource[], caller: RoleHolder): readonly string[] {
  const issuer = issuers.find(({ alias }) => alias === caller.issuer);
  if (issuer === undefined || findServiceGrant(issuer, caller.clientId) !== undefined) return [];
  const held = (issuer.roles ?? []).filter((role) => hasRole(role, caller));
  return [...new Set(held.flatMap((role) => role.administers))];
}

function hasRole(role: Role, caller: RoleHolder): boolean {
  const { clientIds } = role;
  return (clientIds === undefined || clientIds.includes(caller.clientId)) && holds(role, caller);
}

function holds(role: Role, { groups, scope, roles = [] }: RoleHolder): boolean {
  const { claim, value } = role;
  // The same word in two claims is two roles.
  if (isPathRole(role)) return roles.some((held) => held.claim === claim && held.value === value);
  return (claim === 'groups' ? groups : scope.split(' ')).includes(value);
}

/** Whether its claim is read when the token is, and told as a role held. */
export function isPathRole({ claim }: Pick<Role, 'claim'>): boolean {
  return !NO_PATHS.includes(claim);
}

function isPath(claim: string): boolean {
  return isPathRole({ claim }) && parseClaimPath(claim) !== undefined;
}
