import { randomUUID } from 'node:crypto';
import { epochSeconds, systemNowMs } from '@cloakroom/core';
import { importJWK, SignJWT } from 'jose';
import type Provider from 'oidc-provider';
import { type CurrentBehaviour, changed } from './provider-behaviour.ts';
import type { ProviderKeys } from './provider-keys.ts';
import { type ProviderShape, SHAPES } from './provider-shape.ts';
import type { ProviderStore } from './provider-store.ts';
import { shifted } from './sign-again.ts';

/** Keycloak's logout tokens live so long; others have none. */
const LOGOUT_TOKEN_SECONDS = 120;
const NOTIFY_WITHIN_MS = 2000;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** What it takes to end sessions at the provider. */
export interface SessionEnder {
  readonly provider: Provider;
  readonly shape: ProviderShape;
  readonly keys: ProviderKeys;
  readonly store: ProviderStore;
  readonly behaviour: CurrentBehaviour;
}

/** As much of a session as its ending needs. */
interface EndingSession {
  readonly uid: string;
  readonly accountId?: string | undefined;
  readonly authorizations?: Readonly<Record<string, unknown>> | undefined;
}

/** Ends what a session of the provider has given, and tells each of its clients (OpenID Connect Back-Channel Logout 1.0). */
export async function endGrants(ender: SessionEnder, session: EndingSession): Promise<void> {
  if (SHAPES[ender.shape].logoutEndsTokens) await ender.store.forget('sessionUid', session.uid);
  const clients = Object.keys(session.authorizations ?? {});
  await Promise.all(clients.map((clientId) => notify(ender, session, clientId)));
}

/** Ends every session of a user, as an administrator of the provider does. */
export async function endSessionsOf(ender: SessionEnder, user: string): Promise<void> {
  for (const { uid, accountId, authorizations } of ender.store.list('Session')) {
    if (accountId !== user || uid === undefined) continue;
    await endGrants(ender, { uid, accountId, authorizations });
    await (await ender.provider.Session.findByUid(uid))?.destroy();
  }
}

async function notify(ender: SessionEnder, { uid, accountId }: EndingSession, clientId: string): Promise<void> {
  const client = await ender.provider.Client.find(clientId);
  if (client?.backchannelLogoutUri === undefined) return;
  const { clockOffsetSeconds, logoutToken } = ender.behaviour();
  const iat = epochSeconds(systemNowMs());
  const claims = shifted(
    {
      iss: ender.provider.issuer,
      aud: clientId,
      iat,
      exp: iat + LOGOUT_TOKEN_SECONDS,
      jti: randomUUID(),
      sub: accountId,
      ...(SHAPES[ender.shape].tellsSession ? { sid: uid } : {}),
      events: { [LOGOUT_EVENT]: {} },
    },
    clockOffsetSeconds,
  );
  const [key] = ender.keys.keys;
  if (key === undefined) return;
  const token = await new SignJWT(changed(claims, logoutToken))
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'logout+jwt' })
    .sign(await importJWK(key, 'RS256'));
  const body = new URLSearchParams({ logout_token: token });
  const signal = AbortSignal.timeout(NOTIFY_WITHIN_MS);
  // Best effort, as at every provider: a client that cannot be reached is not told.
  await fetch(client.backchannelLogoutUri, { method: 'POST', body, signal, redirect: 'manual' }).catch(() => undefined);
}
