import type { User } from '@cloakroom/core';
import { createJudge, type JudgeDeps, type VerifiedToken } from './judge-token.ts';

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

/** Accepts access tokens of the configured issuers and no others. */
export function createTokenVerifier(deps: JudgeDeps): TokenVerifier {
  const judge = createJudge(deps);
  return { verify: async (token) => (await judge(token)).verified };
}
