import { ISSUER_ALIAS } from '@cloakroom/core';
import * as v from 'valibot';
import { isSecureUrl } from './secure-url.ts';

const url = v.pipe(v.string(), v.check(isSecureUrl, 'must be an https URL, or http on this machine'));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

const issuerSchema = v.strictObject({
  /** Our short name for it, part of every key: never change it. */
  alias: v.pipe(v.string(), v.regex(ISSUER_ALIAS, `must match ${ISSUER_ALIAS.source}`)),
  /** Exactly the `iss` of its tokens. */
  issuer: url,
  /** Where its key set is. Configured, never taken from a token. */
  jwksUri: url,
  /** Which claims make a token an access token of this issuer. */
  profile: v.picklist(['cognito', 'rfc9068', 'keycloak', 'plain']),
  algorithms: v.pipe(v.array(v.picklist(['RS256', 'ES256', 'EdDSA'])), v.minLength(1)),
  /** Clients whose tokens are accepted. */
  clientIds: v.pipe(v.array(id), v.minLength(1)),
  /** API identifiers accepted in `aud`. */
  audiences: v.array(id),
  /** The one claim that stays the same as long as a sign-in lasts. */
  loginClaim: v.picklist(['origin_jti', 'sid', 'auth_time', 'none']),
});

/** One OpenID Connect provider, as configured in `ISSUERS`. */
export type Issuer = v.InferOutput<typeof issuerSchema>;

const issuersSchema = v.pipe(
  v.array(issuerSchema),
  v.minLength(1, 'needs at least one issuer'),
  v.check((issuers) => distinct(issuers.map(({ alias }) => alias)), 'has an alias twice'),
  v.check((issuers) => distinct(issuers.map(({ issuer }) => issuer)), 'has an issuer twice'),
  v.check(
    (issuers) => issuers.every(({ profile, audiences }) => profile === 'cognito' || audiences.length > 0),
    'needs audiences for every profile but cognito',
  ),
  v.check(
    (issuers) =>
      issuers.every(({ audiences, clientIds }) => !audiences.some((audience) => clientIds.includes(audience))),
    'has an audience that is a client id: an ID token would pass for an access token',
  ),
);

/** @throws Error that names every problem with its path */
export function parseIssuers(value: unknown): readonly Issuer[] {
  const result = v.safeParse(issuersSchema, value);
  if (result.success) return result.output;
  throw new Error(result.issues.map((issue) => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`).join('; '));
}

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
