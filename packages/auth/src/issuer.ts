import { ISSUER_ALIAS } from '@cloakroom/core';
import * as v from 'valibot';
import { roleSchema } from './role-schema.ts';
import { isSecureUrl } from './secure-url.ts';

const url = v.pipe(v.string(), v.check(isSecureUrl, 'must be an https URL, or http on this machine'));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** One issuer by itself; `parseIssuers` also looks at what is between its fields, and between issuers. */
export const issuerSchema = v.strictObject({
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
  /** Who administers the users of which issuers. Nobody, when absent. */
  roles: v.exactOptional(v.array(roleSchema)),
  /** Those of `clientIds` that are programs of ours: their tokens stand for no person and need no session. */
  services: v.exactOptional(v.array(id)),
});

/** One OpenID Connect provider, as configured in `ISSUERS`. */
export type Issuer = v.InferOutput<typeof issuerSchema>;
