import type { User } from '@cloakroom/core';
import { valueAt } from '../claim-path.ts';
import { readIdentity } from '../claims.ts';
import type { Claims } from '../compact-jws.ts';
import { TokenInvalidError } from '../errors.ts';
import { readProof, requireAuthTime } from '../read-login.ts';
import { claimsOf } from '../token-profiles.ts';
import { checkIdToken, type IdTokenContext, type ReceivedTokens, sidHashOf, type VerifyDeps } from './id-token.ts';
import { type Rights, readRights, rightsOfIdToken } from './rights.ts';

/** A sign-in by our own code exchange, as its tokens tell it. Times are epoch seconds, by the provider's clock. */
export interface VerifiedExchange extends Rights {
  readonly user: User;
  readonly clientId: string;
  readonly authTime: number;
  /** `iat` of the ID token. */
  readonly issuedAt: number;
  /** See `Login`. */
  readonly sidHash?: string;
  readonly sidKey?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** Of the ID token, those claims that a page may see, by the names that the configuration has for them. */
  readonly shown: Readonly<Record<string, unknown>>;
}

interface ExchangeContext extends IdTokenContext {
  readonly nonce: string;
  /** Whether `iat` stands in for `auth_time`, at a provider that has none. */
  readonly isWithoutAuthTime: boolean;
  readonly shownClaims: readonly string[];
}

/**
 * Checks the tokens of a code exchange: the ID token by `checkIdToken`, and that it answers our own request (OpenID Connect Core
 * §3.1.3.7, `nonce`). Who the person is and when they signed in is told by the ID token; what they may do, by `readRights`.
 *
 * @throws TokenInvalidError    something about a token is wrong; `reason` says what, `claim` where
 * @throws KeysUnavailableError no key set can tell; retrying later may help
 */
export async function verifyExchange(
  tokens: ReceivedTokens,
  context: ExchangeContext,
  deps: VerifyDeps,
): Promise<VerifiedExchange> {
  const { issuer, clientId, nonce } = context;
  const claims = await checkIdToken(tokens, context, deps);
  if (claims.nonce !== nonce) throw new TokenInvalidError('nonce_wrong', { claim: 'nonce' });
  const identity = readIdentity(claims, { issuer, clientId });
  const holder = { ...context, sub: identity.user.sub };
  const rights = (await readRights(tokens.accessToken, holder, deps)) ?? rightsOfIdToken(claims, context);
  return {
    user: identity.user,
    clientId,
    ...timesOf(claims, context),
    ...sidHashOf(claims, issuer),
    ...rights,
    ...readProof(claims),
    shown: shownOf(claims, context),
  };
}

/** Those of the claims that a page may see, by the names that the configuration has for them. */
export function shownOf(
  claims: Claims,
  { shownClaims }: Pick<ExchangeContext, 'shownClaims'>,
): VerifiedExchange['shown'] {
  const values = shownClaims.map((name) => [name, valueAt(claims, name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Its times are judged against one another, and so are not compared with our clock here. */
function timesOf(claims: Claims, { issuer, isWithoutAuthTime }: ExchangeContext) {
  const issuedAt = requireAuthTime(claims, 'iat', Number.POSITIVE_INFINITY);
  if (isWithoutAuthTime) return { issuedAt, authTime: issuedAt };
  return { issuedAt, authTime: requireAuthTime(claims, claimsOf(issuer).authTime, Number.POSITIVE_INFINITY) };
}
