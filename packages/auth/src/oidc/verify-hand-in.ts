import { epochSeconds, type Login } from '@cloakroom/core';
import { type Claims, parseCompactJws } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import { loginId, nameLogin, requireAuthTime } from '../read-login.ts';
import { claimsOf } from '../token-profiles.ts';
import { createTokenVerifier } from '../verify-token.ts';
import type { BrowserClient } from './browser-client.ts';
import { checkIdToken, type ReceivedTokens, type VerifyDeps } from './id-token.ts';
import { shownOf, type VerifiedExchange } from './verify-exchange.ts';

/** A sign-in whose tokens somebody else got, and has handed in. Times are epoch seconds, by the provider's clock. */
export interface HandedIn extends Pick<VerifiedExchange, 'issuedAt' | 'authTime' | 'shown'> {
  /** As the access token tells it. What the person may do is told by it too. */
  readonly login: Login;
}

export type HandInVerifier = (tokens: ReceivedTokens) => Promise<HandedIn>;

interface HandInDeps extends VerifyDeps {
  /** At these issuers, tokens of any client of theirs that is no program's are taken. */
  readonly clients: readonly BrowserClient[];
}

/** They are bearers' tokens. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_AGE_SECONDS = 300;
/** Tokens of one answer are of one moment. */
const MAX_APART_SECONDS = 60;

/**
 * Checks tokens that are handed in (`POST /auth/session`): the access token as a bearer's, the ID token by `checkIdToken`, at most
 * 5 minutes old and of the same client, person and login.
 *
 * `at_hash` binds one to the other where it is there. It may be missing (OpenID Connect Core §3.1.3.6): then both must have been issued
 * within a minute. Whoever holds an access token of a login can open its session anyway, so that no more is gained by mixing two
 * answers of one login. The `nonce` is between the provider and the client that asked.
 *
 * Refused are the tokens of programs, and those of issuers where a new sign-in cannot be told from an old one: with `loginClaim` or
 * `reauthentication` of `none`.
 *
 * The returned function throws TokenInvalidError, KeysUnavailableError.
 */
export function createHandInVerifier({ clients, ...deps }: HandInDeps): HandInVerifier {
  const byAlias = new Map(clients.map((client) => [client.issuer.alias, client]));
  const verifier = createTokenVerifier({ issuers: clients.map(({ issuer }) => issuer), ...deps });
  return async (tokens) => {
    const verified = await verifier.verify(tokens.accessToken);
    if (verified.type === 'service') throw new TokenInvalidError('service_refused');
    const { login } = verified;
    const client = byAlias.get(login.user.issuer);
    if (client === undefined || client.reauthentication === 'none') throw new TokenInvalidError('bearer_refused');
    const { issuer } = client;
    const { clientId } = login;
    const context = { issuer, clientId, toleranceSeconds: CLOCK_TOLERANCE_SECONDS };
    const claims = await checkIdToken(tokens, context, deps);
    if (loginId(nameLogin(claims, context)) !== login.loginId) {
      throw new TokenInvalidError('access_token_wrong', {
        claim: claims.sub === login.user.sub ? issuer.loginClaim : 'sub',
      });
    }
    const nowSeconds = epochSeconds(deps.nowMs());
    const issuedAt = issueOf(claims, nowSeconds);
    assertTogether(claims, parseCompactJws(tokens.accessToken).claims);
    const latestAuthTime = nowSeconds + CLOCK_TOLERANCE_SECONDS;
    const authTime = requireAuthTime(claims, claimsOf(issuer).authTime, latestAuthTime);
    // Of one login both are the same, unless its provider moves it: then the earlier one, which proves less.
    return {
      login,
      issuedAt,
      authTime: Math.min(authTime, login.authTime),
      shown: shownOf(claims, { shownClaims: client.claims }),
    };
  };
}

function issueOf(claims: Claims, nowSeconds: number): number {
  const issuedAt = requireAuthTime(claims, 'iat', nowSeconds + CLOCK_TOLERANCE_SECONDS);
  if (nowSeconds - issuedAt > MAX_AGE_SECONDS) throw new TokenInvalidError('expired', { claim: 'iat' });
  return issuedAt;
}

function assertTogether(idToken: Claims, accessToken: Claims): void {
  if (idToken.at_hash !== undefined) return;
  const apart = Math.abs(Number(idToken.iat) - Number(accessToken.iat));
  // Without `iat` in the access token it is no number, and so not within.
  if (!(apart <= MAX_APART_SECONDS)) throw new TokenInvalidError('access_token_wrong', { claim: 'iat' });
}
