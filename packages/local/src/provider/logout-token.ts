import { randomUUID } from 'node:crypto';
import { epochSeconds, systemNowMs } from '@cloakroom/core';
import { importJWK, SignJWT } from 'jose';
import * as v from 'valibot';
import { changed } from './provider-behaviour.ts';
import { BROWSER_CLIENTS } from './provider-clients.ts';
import { newKey, type ProviderKeys } from './provider-keys.ts';
import { type Claims, shifted } from './sign-again.ts';

/** Keycloak's logout tokens live so long; others have no `exp`. */
const LOGOUT_TOKEN_SECONDS = 120;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const schema = v.strictObject({
  /** Who has signed out, and of which session of the provider. */
  sub: v.optional(v.string()),
  sid: v.optional(v.string()),
  /** Whom it is for; the client of `scripts/dev` by default. */
  clientId: v.optional(v.string(), BROWSER_CLIENTS.none.id),
  /** Changes in its claims: `{exp: null}`, `{aud: ['a', 'b']}`. */
  claims: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Of its header; `null` leaves it out. */
  typ: v.optional(v.nullable(v.string()), 'logout+jwt'),
  /** Signed by a key of somebody else, under the name of the provider's. */
  isForged: v.optional(v.boolean(), false),
});

/** A logout token, good or bad (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export type LogoutTokenWish = v.InferInput<typeof schema>;

/** What it takes to sign one. */
export interface LogoutTokenSigner {
  readonly issuer: string;
  readonly keys: ProviderKeys;
  /** Its clock is so much ahead. */
  readonly clockOffsetSeconds: number;
}

/** @throws ValiError when there is no such field, or its value is none */
export async function makeLogoutToken(signer: LogoutTokenSigner, wish: unknown): Promise<string> {
  const { sub, sid, clientId, claims, typ, isForged } = v.parse(schema, wish);
  const iat = epochSeconds(systemNowMs());
  const times = { iat, exp: iat + LOGOUT_TOKEN_SECONDS };
  const usual: Claims = {
    iss: signer.issuer,
    aud: clientId,
    ...shifted(times, signer.clockOffsetSeconds),
    jti: randomUUID(),
    ...(sub === undefined ? {} : { sub }),
    ...(sid === undefined ? {} : { sid }),
    events: { [LOGOUT_EVENT]: {} },
  };
  const [own] = signer.keys.keys;
  if (own === undefined) throw new Error('the provider has no key');
  const key = isForged ? await newKey() : own;
  return new SignJWT(changed(usual, claims))
    .setProtectedHeader({ alg: 'RS256', kid: own.kid, ...(typ === null ? {} : { typ }) })
    .sign(await importJWK(key, 'RS256'));
}
