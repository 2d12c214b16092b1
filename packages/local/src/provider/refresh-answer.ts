import { setTimeout as wait } from 'node:timers/promises';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RefreshAnswer } from './provider-behaviour.ts';

/** A refresh that reached the provider, whatever became of its answer. */
export interface Refresh {
  /** Whose, and in which session of the provider; absent for a token that it does not know. */
  readonly sub?: string | undefined;
  readonly sid?: string | undefined;
  /** Why it was refused, in OAuth's words. */
  readonly error?: string | undefined;
}

/** @returns undefined for other requests at the token endpoint */
export function refreshOf({ oidc, body }: KoaContextWithOIDC): Refresh | undefined {
  if (oidc.params?.grant_type !== 'refresh_token') return undefined;
  const { accountId: sub, sessionUid: sid } = oidc.entities.RefreshToken ?? {};
  const isRefused = typeof body === 'object' && body !== null && 'error' in body;
  return { sub, sid, ...(isRefused ? { error: String(body.error) } : {}) };
}

/** Delays the answer of a refresh that was done, or loses it. */
export async function spoilAnswer(ctx: KoaContextWithOIDC, { delayMs, lost }: RefreshAnswer): Promise<void> {
  await wait(delayMs);
  if (lost === 'bad_gateway') {
    ctx.status = 502;
    ctx.body = 'Bad Gateway';
  }
  if (lost === 'silent' || lost === 'closed') ctx.respond = false;
  if (lost === 'closed') ctx.res.destroy();
}
