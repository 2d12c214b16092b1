import type { HeldRole } from '@cloakroom/core';
import { readIdentity } from '../claims.ts';
import type { Claims } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import type { Issuer } from '../issuer.ts';
import { readRoles } from '../read-roles.ts';
import { requireAccessToken } from '../token-profiles.ts';
import { checkSignature, type IdTokenContext, parseToken, type VerifyDeps } from './id-token.ts';

/** What a person may do at our API. */
export interface Rights {
  readonly scope: string;
  readonly groups: readonly string[];
  readonly roles?: readonly HeldRole[];
}

interface Holder extends IdTokenContext {
  readonly sub: string;
}

/**
 * What an access token lets its holder do, where it is one that this issuer makes for our API: a ticket then has the rights that the
 * same sign-in has as a bearer. Undefined elsewhere, where it is for another API, or no JWT at all. One for us but of another person,
 * or another client, is an attack.
 *
 * @throws TokenInvalidError `access_token_wrong`, `not_of_this_client`
 * @throws KeysUnavailableError no key set can tell; retrying later may help
 */
export async function readRights(accessToken: string, holder: Holder, deps: VerifyDeps): Promise<Rights | undefined> {
  const { issuer, clientId, sub } = holder;
  const token = await readAccessToken(accessToken, issuer, deps);
  if (token === undefined) return undefined;
  const { user, scope, groups } = readIdentity(token.claims, { issuer, clientId });
  if (user.sub !== sub) throw new TokenInvalidError('access_token_wrong', { claim: 'sub' });
  if (token.clientId !== clientId) throw new TokenInvalidError('not_of_this_client', { claim: 'client_id' });
  return { scope, groups, ...rolesIn(token.claims, issuer) };
}

/**
 * The groups and roles of an ID token, which count where the access token is not for us. A scope that was granted for another API is
 * none for ours.
 */
export function rightsOfIdToken(claims: Claims, { issuer, clientId }: IdTokenContext): Rights {
  return { scope: '', groups: readIdentity(claims, { issuer, clientId }).groups, ...rolesIn(claims, issuer) };
}

function rolesIn(claims: Claims, issuer: Issuer): Pick<Rights, 'roles'> {
  const roles = readRoles(claims, issuer.roles);
  return roles.length === 0 ? {} : { roles };
}

async function readAccessToken(accessToken: string, issuer: Issuer, deps: VerifyDeps) {
  try {
    const signed = parseToken(accessToken);
    if (signed.claims.iss !== issuer.issuer) return undefined;
    const clientId = requireAccessToken(signed.claims, signed.header, issuer);
    await checkSignature(signed, { issuer }, deps);
    return { claims: signed.claims, clientId };
  } catch (error) {
    if (error instanceof TokenInvalidError) return undefined;
    throw error;
  }
}
