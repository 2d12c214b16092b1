import { isSub, type User } from '@cloakroom/core';
import { wordsAt } from './claim-path.ts';
import type { Claims } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { oncePer } from './once-per.ts';
import { SCOPE_WORD } from './roles.ts';
import { claimsOf } from './token-profiles.ts';

/** What is known beside the claims when they are read. */
export interface ClaimsContext {
  readonly issuer: Issuer;
  /** As `requireAccessToken` found it. */
  readonly clientId: string;
}

/** Who a token is of, and what its issuer lets them do. */
export interface TokenIdentity {
  readonly user: User;
  readonly clientId: string;
  /** Space-separated, whichever form the token has. */
  readonly scope: string;
  /** Those that a role of the issuer names. */
  readonly groups: readonly string[];
}

/** Rights that cannot be read are none, and refuse nobody. @throws TokenInvalidError `claim_malformed`, without a `sub` to go by */
export function readIdentity(claims: Claims, { issuer, clientId }: ClaimsContext): TokenIdentity {
  const { sub } = claims;
  if (typeof sub !== 'string' || !isSub(sub)) throw new TokenInvalidError('claim_malformed', { claim: 'sub' });
  const user = { issuer: issuer.alias, sub };
  return { user, clientId, scope: readScope(claims, issuer), groups: readGroups(claims, issuer) };
}

/** Text with words between spaces (RFC 6749 §3.3), or a list of them. */
function readScope(claims: Claims, issuer: Issuer): string {
  const texts = wordsAt(claims, claimsOf(issuer).scope);
  return texts
    .flatMap((text) => text.split(' '))
    .filter((word) => SCOPE_WORD.test(word))
    .join(' ');
}

/** However many there are, what is carried and stored of them is no longer than the configuration. */
function readGroups(claims: Claims, issuer: Issuer): readonly string[] {
  const named = groupsNamedBy(issuer);
  if (named.length === 0) return [];
  const held = new Set(wordsAt(claims, claimsOf(issuer).groups));
  return named.filter((group) => held.has(group));
}

const groupsNamedBy = oncePer(({ roles = [] }: Issuer): readonly string[] => {
  const named = roles.filter(({ claim }) => claim === 'groups').map(({ value }) => value);
  return [...new Set(named)];
});
