import type Provider from 'oidc-provider';
import { makeLogoutToken } from './logout-token.ts';
import type { CurrentBehaviour } from './provider-behaviour.ts';
import type { ProviderKeys } from './provider-keys.ts';
import { type ProviderShape, SHAPES } from './provider-shape.ts';
import type { ProviderStore } from './provider-store.ts';

const NOTIFY_WITHIN_MS = 2000;

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

/** The sessions of the provider in which a user is signed in, by their `sid`. */
export function sessionsOf({ store }: SessionEnder, user: string): readonly string[] {
  const sessions = store.list('Session').filter(({ accountId }) => accountId === user);
  return sessions.flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
}

async function notify(ender: SessionEnder, { uid, accountId }: EndingSession, clientId: string): Promise<void> {
  const client = await ender.provider.Client.find(clientId);
  if (client?.backchannelLogoutUri === undefined) return;
  const { clockOffsetSeconds, logoutToken } = ender.behaviour();
  const token = await makeLogoutToken(
    { issuer: ender.provider.issuer, keys: ender.keys, clockOffsetSeconds },
    {
      clientId,
      ...(accountId === undefined ? {} : { sub: accountId }),
      ...(SHAPES[ender.shape].tellsSession ? { sid: uid } : {}),
      claims: logoutToken,
    },
  );
  // Best effort, as at every provider: a client that cannot be reached is not told.
  await sendLogoutToken(client.backchannelLogoutUri, token).catch(() => undefined);
}

/** @returns what the client answers */
export async function sendLogoutToken(address: string, token: string): Promise<{ status: number; body: string }> {
  const body = new URLSearchParams({ logout_token: token });
  const signal = AbortSignal.timeout(NOTIFY_WITHIN_MS);
  const answer = await fetch(address, { method: 'POST', body, signal, redirect: 'manual' });
  return { status: answer.status, body: await answer.text() };
}
