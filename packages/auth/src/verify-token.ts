import { epochSeconds, type Login, type NowMs, type User } from '@cloakroom/core';
import { checkSigned, type SignedToken } from './check-signed.ts';
import { parseCompactJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import { inNameOf } from './in-name-of.ts';
import type { Issuer } from './issuer.ts';
import type { KeySets } from './key-sets.ts';
import { readLogin } from './read-login.ts';
import { readService, type Service } from './read-service.ts';
import { findServiceGrant } from './services.ts';
import { requireAccessToken } from './token-profiles.ts';

/** For `exp`, `nbf`, `iat` and `auth_time`, which come from the provider's clock. Session times know no tolerance. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** What a valid access token stands for: the sign-in of a person, or a service, which has neither login nor session. */
export type VerifiedToken =
  | { readonly type: 'login'; readonly login: Login }
  | { readonly type: 'service'; readonly service: Service };

/** Who a token stands for: a person, or a service by the name that it has at its issuer. */
export function userOf(token: VerifiedToken): User {
  return token.type === 'login' ? token.login.user : token.service.user;
}

export interface TokenVerifier {
  /**
   * Checks an access token: compact form, issuer, algorithm, signature, times, the issuer's token profile, and the login
   * claim where it is not a service's.
   * Times are NumericDate in seconds (RFC 7519 §2), with 5 s of tolerance.
   *
   * @throws TokenInvalidError    something about it is wrong; `reason` says what
   * @throws KeysUnavailableError no key set can tell; retrying later may help
   */
  verify(token: string): Promise<VerifiedToken>;
}

interface TokenVerifierDeps {
  readonly issuers: readonly Issuer[];
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

/** Accepts access tokens of the configured issuers and no others. */
export function createTokenVerifier({ issuers, keys, nowMs }: TokenVerifierDeps): TokenVerifier {
  const byIssuer = new Map<unknown, Issuer>(issuers.map((issuer) => [issuer.issuer, issuer]));
  return {
    async verify(token) {
      const { header, claims } = parseCompactJws(token);
      // The unverified `iss` only chooses which issuer's keys and rules the token has to pass.
      const issuer = byIssuer.get(claims.iss);
      if (issuer === undefined) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
      return inNameOf(issuer, () => verifyBy(issuer, { token, header, claims }));
    },
  };

  async function verifyBy(issuer: Issuer, signed: SignedToken): Promise<VerifiedToken> {
    const { header, claims } = signed;
    const nowSeconds = epochSeconds(nowMs());
    await checkSigned(signed, { issuer, keys, nowSeconds, toleranceSeconds: CLOCK_TOLERANCE_SECONDS });
    const clientId = requireAccessToken(claims, header, issuer);
    const grant = findServiceGrant(issuer, clientId);
    if (grant !== undefined) return { type: 'service', service: readService(claims, { issuer, clientId, grant }) };
    const latestAuthTime = nowSeconds + CLOCK_TOLERANCE_SECONDS;
    return { type: 'login', login: readLogin(claims, { issuer, clientId, latestAuthTime }) };
  }
}
