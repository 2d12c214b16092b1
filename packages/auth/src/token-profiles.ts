import type { Claims, JwsHeader } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';

interface TokenProfile {
  /** Accepted `typ` headers, lower case; undefined stands for none. */
  readonly types: readonly (string | undefined)[];
  /** The claim that must have this value, for issuers that name their kinds of tokens. */
  readonly marker?: { readonly claim: string; readonly value: string };
  /** Claims that name the client. At least one must be there, and all that are must agree. */
  readonly clientClaims: readonly string[];
  readonly audience: 'required' | 'checked_when_present';
}

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt'];
/** Also keeps out `logout+jwt`, `dpop+jwt`, `secevent+jwt` and whatever comes next. */
const GENERIC_TYPES = [undefined, 'jwt', ...ACCESS_TOKEN_TYPES];

const PROFILES: Readonly<Record<Issuer['profile'], TokenProfile>> = {
  // Cognito's access tokens have no `aud` unless they were asked for with resource binding.
  cognito: {
    types: GENERIC_TYPES,
    marker: { claim: 'token_use', value: 'access' },
    clientClaims: ['client_id'],
    audience: 'checked_when_present',
  },
  // RFC 9068 §2 and §4.
  rfc9068: { types: ACCESS_TOKEN_TYPES, clientClaims: ['client_id'], audience: 'required' },
  // Keycloak puts the kind of a token into the claim `typ`: Bearer, ID, Refresh, Logout.
  keycloak: {
    types: GENERIC_TYPES,
    marker: { claim: 'typ', value: 'Bearer' },
    clientClaims: ['azp'],
    audience: 'required',
  },
  // Nothing but `aud` tells an access token from an ID token here; the configuration keeps client ids out of the audiences.
  plain: { types: GENERIC_TYPES, clientClaims: ['client_id', 'azp'], audience: 'required' },
};

/** Claims of ID tokens (OpenID Connect Core §2, §3.3.2.11) and of logout tokens (Back-Channel Logout §2.4). */
const FOREIGN_MARKS = ['nonce', 'at_hash', 'c_hash', 'events'];

/**
 * Makes sure that verified claims are those of an access token for us, by the rules of the issuer's profile.
 *
 * @returns the id of the client it was issued to
 * @throws TokenInvalidError `type_refused`, `not_access_token`, `sender_constrained`, `client_refused` or `audience_refused`
 */
export function requireAccessToken(claims: Claims, { typ }: JwsHeader, issuer: Issuer): string {
  const profile = PROFILES[issuer.profile];
  if (!profile.types.includes(typ?.toLowerCase())) throw new TokenInvalidError('type_refused');
  const foreign = FOREIGN_MARKS.find((mark) => claims[mark] !== undefined);
  if (foreign !== undefined) throw new TokenInvalidError('not_access_token', { claim: foreign });
  if (profile.marker && claims[profile.marker.claim] !== profile.marker.value) {
    throw new TokenInvalidError('not_access_token', { claim: profile.marker.claim });
  }
  // Bound to a key whose possession nobody here checks (RFC 7800): taking it as a bearer token would undo the binding.
  if (claims.cnf !== undefined) throw new TokenInvalidError('sender_constrained', { claim: 'cnf' });
  assertAudience(claims.aud, profile, issuer.audiences);
  return requireClient(claims, profile, issuer.clientIds);
}

function assertAudience(aud: unknown, profile: TokenProfile, accepted: readonly string[]): void {
  if (aud === undefined && profile.audience === 'checked_when_present') return;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((audience) => accepted.some((own) => own === audience))) {
    throw new TokenInvalidError('audience_refused', { claim: 'aud' });
  }
}

function requireClient(claims: Claims, profile: TokenProfile, accepted: readonly string[]): string {
  const [client, ...others] = profile.clientClaims.map((claim) => claims[claim]).filter((id) => id !== undefined);
  const isAccepted = typeof client === 'string' && accepted.includes(client) && others.every((id) => id === client);
  if (!isAccepted) throw new TokenInvalidError('client_refused', { claim: profile.clientClaims.join(' or ') });
  return client;
}
