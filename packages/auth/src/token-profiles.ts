import { valueAt } from './claim-path.ts';
import type { Claims, JwsHeader } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { oncePer } from './once-per.ts';

interface TokenProfile {
  /** Accepted `typ` headers, lower case; undefined stands for none. */
  readonly types: readonly (string | undefined)[];
  /** The claim that must have this value, for issuers that name their kinds of tokens. */
  readonly marker?: { readonly claim: string; readonly value: string };
  readonly audience: 'required' | 'checked_when_present';
  readonly claims: ProfileClaims;
}

/** Where tokens of a profile say what. */
export interface ProfileClaims {
  /** Claims that name the client. At least one must be there, and all that are must agree. */
  readonly client: readonly string[];
  readonly scope: string;
  readonly groups: string;
  /** When the person signed in, in epoch seconds. */
  readonly authTime: string;
  readonly sid: string;
  /** Claims that tokens of people have, and those of services do not; in addition to those that carry a login. */
  readonly person: readonly string[];
}

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt'];
/** Also keeps out `logout+jwt`, `dpop+jwt`, `secevent+jwt` and whatever comes next. */
const GENERIC_TYPES = [undefined, 'jwt', ...ACCESS_TOKEN_TYPES];

/** `auth_time` stands for a person who signed in (RFC 9068 §2.2.1). */
const COMMON: Omit<ProfileClaims, 'client'> = {
  scope: 'scope',
  groups: 'groups',
  authTime: 'auth_time',
  sid: 'sid',
  person: ['auth_time'],
};

const PROFILES: Readonly<Record<Issuer['profile'], TokenProfile>> = {
  // Cognito's access tokens have no `aud` unless they were asked for with resource binding, and services have an `auth_time`.
  cognito: {
    types: GENERIC_TYPES,
    marker: { claim: 'token_use', value: 'access' },
    audience: 'checked_when_present',
    claims: { ...COMMON, client: ['client_id'], groups: 'cognito:groups', person: [] },
  },
  // RFC 9068 §2 and §4.
  rfc9068: { types: ACCESS_TOKEN_TYPES, audience: 'required', claims: { ...COMMON, client: ['client_id'] } },
  // Keycloak puts the kind of a token into the claim `typ`: Bearer, ID, Refresh, Logout.
  keycloak: {
    types: GENERIC_TYPES,
    marker: { claim: 'typ', value: 'Bearer' },
    audience: 'required',
    claims: { ...COMMON, client: ['azp'] },
  },
  // https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ (`uid` is there where a user is)
  okta: {
    types: GENERIC_TYPES,
    audience: 'required',
    claims: { ...COMMON, client: ['cid'], scope: 'scp', person: [...COMMON.person, 'uid'] },
  },
  // Version 2 has `azp`, version 1 `appid`; `scp` is what a person has delegated.
  // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
  entra: {
    types: GENERIC_TYPES,
    audience: 'required',
    claims: { ...COMMON, client: ['azp', 'appid'], scope: 'scp', person: [...COMMON.person, 'scp'] },
  },
  // Nothing but `aud` tells an access token from an ID token here; the configuration keeps client ids out of the audiences.
  plain: { types: GENERIC_TYPES, audience: 'required', claims: { ...COMMON, client: ['client_id', 'azp'] } },
};

/** Where tokens of this issuer say what: as its profile has it, but for what its configuration says. */
export const claimsOf = oncePer(({ profile, claims = {} }: Pick<Issuer, 'profile' | 'claims'>): ProfileClaims => {
  const { client, ...others } = claims;
  return { ...PROFILES[profile].claims, ...others, ...(client === undefined ? {} : { client: [client] }) };
});

/** Claims of ID tokens (OpenID Connect Core §3.3.2.11) and of logout tokens (Back-Channel Logout §2.4). */
const FOREIGN_MARKS = ['at_hash', 'c_hash', 'events'];

/**
 * Makes sure that verified claims are those of an access token for us, by the rules of the issuer's profile.
 *
 * @returns the id of the client it was issued to
 * @throws TokenInvalidError `type_refused`, `not_access_token`, `sender_constrained`, `client_refused` or `audience_refused`
 */
export function requireAccessToken(claims: Claims, { typ }: JwsHeader, issuer: Issuer): string {
  const profile = PROFILES[issuer.profile];
  if (!profile.types.includes(typ?.toLowerCase())) throw new TokenInvalidError('type_refused');
  const foreign = foreignMarksOf(profile).find((mark) => claims[mark] !== undefined);
  if (foreign !== undefined) throw new TokenInvalidError('not_access_token', { claim: foreign });
  if (profile.marker && claims[profile.marker.claim] !== profile.marker.value) {
    throw new TokenInvalidError('not_access_token', { claim: profile.marker.claim });
  }
  // Bound to a key whose possession nobody here checks (RFC 7800): taking it as a bearer token would undo the binding.
  if (claims.cnf !== undefined) throw new TokenInvalidError('sender_constrained', { claim: 'cnf' });
  assertAudience(claims.aud, profile, issuer.audiences);
  return requireClient(claims, issuer);
}

/** `nonce` is an ID token's (OpenID Connect Core §2); some providers write it into access tokens too, and there the mark decides. */
function foreignMarksOf({ marker, types }: TokenProfile): readonly string[] {
  const isMarked = marker !== undefined || types === ACCESS_TOKEN_TYPES;
  return isMarked ? FOREIGN_MARKS : ['nonce', ...FOREIGN_MARKS];
}

function assertAudience(aud: unknown, profile: TokenProfile, accepted: readonly string[]): void {
  if (aud === undefined && profile.audience === 'checked_when_present') return;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((audience) => accepted.some((own) => own === audience))) {
    throw new TokenInvalidError('audience_refused', { claim: 'aud' });
  }
}

function requireClient(claims: Claims, issuer: Issuer): string {
  const names = claimsOf(issuer).client;
  const [client, ...others] = names.map((name) => valueAt(claims, name)).filter((id) => id !== undefined);
  const isAccepted =
    typeof client === 'string' && issuer.clientIds.includes(client) && others.every((id) => id === client);
  if (!isAccepted) throw new TokenInvalidError('client_refused', { claim: names.join(' or ') });
  return client;
}
