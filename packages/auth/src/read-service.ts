import { valueAt } from './claim-path.ts';
import { type ClaimsContext, readIdentity, type TokenIdentity } from './claims.ts';
import type { Claims } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { ServiceGrant } from './services.ts';
import { claimsOf } from './token-profiles.ts';

/** A program of ours that calls with a token of its own (RFC 6749 §4.4). Its `user` is what the issuer calls the program. */
export interface Service extends TokenIdentity {
  readonly grant: ServiceGrant;
}

/** Cognito's, and OpenID Connect's (Front-Channel Logout §3). */
const LOGIN_CLAIMS = ['origin_jti', 'sid'];

/**
 * The service that verified claims tell of. One without a `sub` of its own is known by its client id.
 *
 * A token that was issued to the client for a person is refused: as a service's it would need no session, and outlive every
 * revocation. Cognito makes the client the subject of a service's token; elsewhere the profile knows what a person's tokens have.
 * Providers can be told to leave that out; so a claim that carries a login anywhere is in no service's token either, whichever of
 * them the issuer's people are known by.
 *
 * @throws TokenInvalidError `service_refused` or `claim_malformed`
 */
export function readService(claims: Claims, { grant, ...context }: ClaimsContext & Pick<Service, 'grant'>): Service {
  const claim = claimOfPerson(claims, context);
  if (claim !== undefined) throw new TokenInvalidError('service_refused', { claim });
  return { ...readIdentity({ sub: context.clientId, ...claims }, context), grant };
}

function claimOfPerson(claims: Claims, { issuer, clientId }: ClaimsContext): string | undefined {
  if (issuer.profile === 'cognito' && claims.sub !== clientId) return 'sub';
  const { person, sid } = claimsOf(issuer);
  const { authTime } = issuer.claims ?? {};
  const names = [...person, ...LOGIN_CLAIMS, sid, ...(authTime === undefined ? [] : [authTime])];
  return names.find((claim) => valueAt(claims, claim) !== undefined);
}
