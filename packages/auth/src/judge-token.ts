import { epochSeconds, type Login, type NowMs } from '@cloakroom/core';
import { checkSigned, type Signature, type SignedToken } from './check-signed.ts';
import { type Claims, parseCompactJws } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import { inNameOf } from './in-name-of.ts';
import type { Issuer } from './issuer.ts';
import type { KeySets } from './key-sets.ts';
import { readLogin } from './read-login.ts';
import { readService, type Service } from './read-service.ts';
import { findServiceGrant } from './services.ts';
import { requireAccessToken } from './token-profiles.ts';

/** For `exp`, `nbf`, `iat` and `auth_time`, which come from the provider's clock. Session times know no tolerance. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** What a valid access token stands for: the sign-in of a person, or a service, which has neither login nor session. */
export type VerifiedToken =
  | { readonly type: 'login'; readonly login: Login }
  | { readonly type: 'service'; readonly service: Service };

/** What a valid token was found to be, and what that rests on: with the same keys and in these times, it will be found to be the same. */
export interface Judgement extends Signature {
  readonly verified: VerifiedToken;
  readonly issuer: Issuer;
  readonly validity: Validity;
}

/** In epoch seconds of the provider's clock. */
interface Validity {
  /** `exp`. */
  readonly end: number;
  /** Of its times that must not be in the future, the last; minus infinity where it has none. */
  readonly start: number;
}

/** As `TokenVerifier.verify`. */
export type JudgeToken = (token: string) => Promise<Judgement>;

export interface JudgeDeps {
  readonly issuers: readonly Issuer[];
  readonly keys: KeySets;
  readonly nowMs: NowMs;
}

export function createJudge({ issuers, keys, nowMs }: JudgeDeps): JudgeToken {
  const byIssuer = new Map<unknown, Issuer>(issuers.map((issuer) => [issuer.issuer, issuer]));
  return async (token) => {
    const { header, claims } = parseCompactJws(token);
    // The unverified `iss` only chooses which issuer's keys and rules the token has to pass.
    const issuer = byIssuer.get(claims.iss);
    if (issuer === undefined) throw new TokenInvalidError('issuer_unknown', { claim: 'iss' });
    return inNameOf(issuer, () => judgeBy(issuer, { token, header, claims }));
  };

  async function judgeBy(issuer: Issuer, signed: SignedToken): Promise<Judgement> {
    const nowSeconds = epochSeconds(nowMs());
    const context = { issuer, keys, nowSeconds, toleranceSeconds: CLOCK_TOLERANCE_SECONDS };
    const { wanted, key } = await checkSigned(signed, context);
    const verified = read(signed, issuer, nowSeconds + CLOCK_TOLERANCE_SECONDS);
    return { verified, issuer, wanted, key, validity: validityOf(signed.claims, verified) };
  }
}

function read({ header, claims }: SignedToken, issuer: Issuer, latestAuthTime: number): VerifiedToken {
  const clientId = requireAccessToken(claims, header, issuer);
  const grant = findServiceGrant(issuer, clientId);
  if (grant !== undefined) return { type: 'service', service: readService(claims, { issuer, clientId, grant }) };
  return { type: 'login', login: readLogin(claims, { issuer, clientId, latestAuthTime }) };
}

/** Of claims whose times were found to be numbers. A login's time was rounded down, by less than a second. */
function validityOf({ exp, nbf, iat }: Claims, verified: VerifiedToken): Validity {
  const signedIn = verified.type === 'login' ? verified.login.authTime + 1 : Number.NEGATIVE_INFINITY;
  const starts = [nbf, iat].filter((time) => time !== undefined).map(Number);
  return { end: Number(exp), start: Math.max(signedIn, ...starts) };
}
