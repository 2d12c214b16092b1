import { processRevocationResponse, revocationRequest } from 'oauth4webapi';
import { parseCompactJws } from '../compact-jws.ts';
import { claimsOf } from '../token-profiles.ts';
import type { BrowserClient } from './browser-client.ts';
import { type Connection, requestOptions } from './connection.ts';
import { providerFetch } from './provider-fetch.ts';

/** For what is done at the provider beside an answer that does not depend on it. */
const BEST_EFFORT_MS = 2000;

export interface LogoutRequest {
  /** Comes back with the browser, at providers that send it back. */
  readonly state: string;
  /** Of the session that is to end. */
  readonly idToken?: string | undefined;
}

/** Where a browser goes to end its session at the provider (OpenID Connect RP-Initiated Logout §2, or Cognito's own form of it). */
export function logoutUrlOf(
  endSession: string,
  { state, idToken }: LogoutRequest,
  { client, leftUri }: { readonly client: BrowserClient; readonly leftUri: string },
): string {
  const url = new URL(endSession);
  const query = {
    client_id: client.clientId,
    ...Object.fromEntries(client.returnParameters.map((name) => [name, leftUri])),
    // Cognito has another use for a state.
    ...(client.returnParameters.includes('post_logout_redirect_uri') ? { state } : {}),
    ...hintOf(client, idToken),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** `sid` is read from a token that was verified when it came, and was sealed since. */
function hintOf({ issuer, logoutHint }: BrowserClient, idToken: string | undefined): Readonly<Record<string, string>> {
  if (idToken === undefined) return {};
  if (logoutHint === 'id_token') return { id_token_hint: idToken };
  const sid = logoutHint === 'sid' ? parseCompactJws(idToken).claims[claimsOf(issuer).sid] : undefined;
  return typeof sid === 'string' ? { logout_hint: sid } : {};
}

/**
 * Keycloak's way to end a session of it without a browser: the refresh token, posted to the end-session endpoint. True when that is
 * known; false within 2 s, whatever went wrong.
 * https://www.keycloak.org/securing-apps/oidc-layers#_logout_endpoint
 */
export function endSessionByToken(connection: Connection, refreshToken: string): Promise<boolean> {
  return bestEffort(async () => {
    const { client } = connection;
    const { known, server, registration, auth } = await connection.connect();
    if (client.logoutHint !== 'refresh_token' || known.endSession === undefined) return false;
    const body = new URLSearchParams({ client_id: client.clientId, refresh_token: refreshToken });
    const headers = new Headers();
    await auth(await connection.secret())(server, registration, body, headers);
    const request = { method: 'POST', body, headers: Object.fromEntries(headers) };
    const { status } = await providerFetch(known.endSession, request, BEST_EFFORT_MS);
    return status === 204;
  });
}

/** Revokes a refresh token (RFC 7009). True when that is known; false within 2 s, whatever went wrong. */
export function revokeToken(connection: Connection, refreshToken: string): Promise<boolean> {
  return bestEffort(async () => {
    const { known, server, registration, auth } = await connection.connect();
    if (known.revocation === undefined) return false;
    const proof = auth(await connection.secret());
    const response = await revocationRequest(server, registration, proof, refreshToken, {
      ...requestOptions(BEST_EFFORT_MS),
      additionalParameters: { token_type_hint: 'refresh_token' },
    });
    await processRevocationResponse(response);
    return true;
  });
}

/** The whole of it within 2 s, the reading of the secret and discovery included. */
async function bestEffort(act: () => Promise<boolean>): Promise<boolean> {
  const given = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => given.resolve(false), BEST_EFFORT_MS);
  try {
    return await Promise.race([act().catch(() => false), given.promise]);
  } finally {
    clearTimeout(timer);
  }
}
