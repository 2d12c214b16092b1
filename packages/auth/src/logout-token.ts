import { epochSeconds, isObject, isSub, type NowMs, type ProviderLogout, sidKey, type User } from '@cloakroom/core';
import { checkSigned } from './check-signed.ts';
import { type Claims, type JwsHeader, parseCompactJws, type UnverifiedJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import { inNameOf } from './in-name-of.ts';
import type { Issuer } from './issuer.ts';
import type { KeySets } from './key-sets.ts';
import { isWord, sessionNames } from './read-login.ts';

/** The provider has made it just now, for us, so its clock may be further off than that of a bearer's token. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** How long one without `exp` is good for: Keycloak before 23.0.4, Ory Hydra and authentik send such. Drafts knew no `exp`. */
const LIFETIME_SECONDS = 120;
/** `typ` in lower case. Most providers write `logout+jwt`, which §2.4 recommends; it must not be demanded (§2.6). */
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'];
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export interface LogoutVerifier {
  /**
   * Checks a logout token by OpenID Connect Back-Channel Logout 1.0 §2.6, with 60 s of tolerance; `jti` decides nothing, since
   * ending what has ended changes nothing. At an issuer whose logins are known by their `sid`, a token with `sid` is about that one
   * session; elsewhere only its `sub` can be gone by, and it is about all of the person's.
   *
   * @throws TokenInvalidError    something about it is wrong, or its issuer is none that sends us such; `reason` says what
   * @throws KeysUnavailableError no key set can tell; retrying later may help
   */
  verify(token: string): Promise<ProviderLogout>;
}

interface LogoutVerifierDeps {
  readonly issuers: readonly Issuer[];
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

/** Accepts logout tokens of those issuers whose configuration says that they send them. */
export function createLogoutVerifier({ issuers, keys, nowMs }: LogoutVerifierDeps): LogoutVerifier {
  const senders = issuers.filter(({ backchannelLogout }) => backchannelLogout);
  const byIssuer = new Map<unknown, Issuer>(senders.map((issuer) => [issuer.issuer, issuer]));
  return {
    async verify(token) {
      const unverified = parseCompactJws(token);
      // It only chooses whose keys and rules the token has to pass.
      const issuer = byIssuer.get(unverified.claims.iss);
      if (issuer === undefined) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
      return inNameOf(issuer, () => verifyBy(issuer, token, unverified));
    },
  };

  async function verifyBy(issuer: Issuer, token: string, { header, claims }: UnverifiedJws): Promise<ProviderLogout> {
    const context = { issuer, keys, nowSeconds: epochSeconds(nowMs()), toleranceSeconds: CLOCK_TOLERANCE_SECONDS };
    const issuedAt = requireIssue(claims);
    await checkSigned({ token, header, claims: { exp: issuedAt + LIFETIME_SECONDS, ...claims } }, context);
    assertLogoutToken(header, claims);
    assertForUs(claims, issuer);
    return read(claims, issuer, issuedAt);
  }
}

/** In whole seconds, as the times of sign-ins are. */
function requireIssue({ iat }: Claims): number {
  const seconds = typeof iat === 'number' ? Math.floor(iat) : Number.NaN;
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw new TokenInvalidError('claim_malformed', { claim: 'iat' });
  return seconds;
}

/** An ID token has a `nonce`, and no `events`; nor has an access token. */
function assertLogoutToken({ typ }: JwsHeader, { events, nonce }: Claims): void {
  if (!TYPES.includes(typ?.toLowerCase())) throw new TokenInvalidError('type_refused');
  const isLogout = isObject(events) && Object.hasOwn(events, EVENT) && isObject(events[EVENT]);
  if (!isLogout) throw new TokenInvalidError('not_logout_token', { claim: 'events' });
  if (nonce !== undefined) throw new TokenInvalidError('nonce_wrong', { claim: 'nonce' });
}

function assertForUs({ aud }: Claims, { clientIds }: Issuer): void {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!clientIds.some((clientId) => audiences.includes(clientId))) {
    throw new TokenInvalidError('audience_refused', { claim: 'aud' });
  }
}

function read(claims: Claims, issuer: Issuer, issuedAt: number): ProviderLogout {
  const user = readUser(claims, issuer);
  const sid = readSid(claims);
  if (sid !== undefined && issuer.loginClaim === 'sid') return sessionOf(issuer, sid, user);
  if (user === undefined) throw new TokenInvalidError('session_not_named', { claim: 'sub' });
  return { what: 'person', user, issuedAt };
}

function sessionOf(issuer: Issuer, sid: string, user: User | undefined): ProviderLogout {
  const named = {
    what: 'session',
    issuer: issuer.alias,
    sidKey: sidKey({ issuer: issuer.issuer, value: sid }),
  } as const;
  if (user === undefined) return named;
  return { ...named, owner: { user, sidHash: sessionNames(issuer, user.sub, sid).sidHash } };
}

function readUser({ sub }: Claims, { alias }: Issuer): User | undefined {
  if (sub === undefined) return undefined;
  if (typeof sub !== 'string' || !isSub(sub)) throw new TokenInvalidError('claim_malformed', { claim: 'sub' });
  return { issuer: alias, sub };
}

function readSid({ sid }: Claims): string | undefined {
  if (sid === undefined || isWord(sid)) return sid;
  throw new TokenInvalidError('claim_malformed', { claim: 'sid' });
}
