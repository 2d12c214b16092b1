import { isSub, type User } from '@cloakroom/core';
import * as v from 'valibot';
import type { Claims } from './compact-jws.ts';
import { TokenInvalidError } from './errors.ts';
import type { Issuer } from './issuer.ts';

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
  /** Space-separated, as in the token. */
  readonly scope: string;
  readonly groups: readonly string[];
}

/** A claim that is one word. */
export const word = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** Cognito's limits: 100 groups a user, names of 128 characters. */
const groupNames = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))), v.maxLength(100));

const identitySchema = v.object({
  sub: v.pipe(v.string(), v.check(isSub)),
  scope: v.optional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/)), ''),
});

/** @throws TokenInvalidError `claim_malformed` */
export function readIdentity(claims: Claims, { issuer, clientId }: ClaimsContext): TokenIdentity {
  const { sub, scope } = parseClaims(identitySchema, claims);
  return { user: { issuer: issuer.alias, sub }, clientId, scope, groups: readGroups(claims, issuer) };
}

function readGroups(claims: Claims, { profile }: Issuer): readonly string[] {
  const claim = profile === 'cognito' ? 'cognito:groups' : 'groups';
  return parseClaims(v.object({ [claim]: v.nullish(groupNames, []) }), claims)[claim] ?? [];
}

/** @throws TokenInvalidError `claim_malformed`, with the name of the first that is */
export function parseClaims<S extends v.GenericSchema>(schema: S, claims: Claims): v.InferOutput<S> {
  const result = v.safeParse(schema, claims);
  if (result.success) return result.output;
  const [at] = result.issues[0].path ?? [];
  throw new TokenInvalidError('claim_malformed', { claim: typeof at?.key === 'string' ? at.key : undefined });
}
