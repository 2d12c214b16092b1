import { type Answer, type Api, errorOf } from './api.ts';
import type { CloakroomClientError } from './client-error.ts';
import type { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { wait } from './wait.ts';

/** Where the API does not tell when it may be better. */
const RETRY_AFTER_SECONDS = 5;

/** What has become of a ticket that was to be renewed. */
export type Renewal =
  | { readonly is: 'renewed'; readonly session: Session }
  /** Another tab has just tried: whether the ticket is good, the next request tells. */
  | { readonly is: 'tried' }
  /** Nobody is signed in. */
  | { readonly is: 'ended'; readonly reason: string }
  /** The provider must be asked by a navigation. */
  | { readonly is: 'recheck' }
  /** Not now. The old ticket may be good for a while. */
  | { readonly is: 'unavailable'; readonly error: CloakroomClientError }
  /** The API does not let this page renew anything. */
  | { readonly is: 'refused' };

export interface RenewalDeps extends Pick<Surroundings, 'locks' | 'nowMs'> {
  readonly api: Pick<Api, 'url' | 'ask'>;
  /** When the ticket was renewed, by whichever tab. */
  renewedAtMs(): number;
  /** Is told what came of it before anybody else may try. */
  settle(renewal: Renewal): void;
}

/**
 * Renews the ticket, by one request at a time in all tabs and workers of this origin; where there are no Web Locks, in this one. A
 * next one waits for as long as the API has asked for.
 */
export function createRenewal({ api, locks, nowMs, renewedAtMs, settle }: RenewalDeps): () => Promise<Renewal> {
  const lock = `cloakroom:${api.url}`;
  let running: Promise<Renewal> | undefined;
  let notBeforeMs = 0;

  const renew = async (): Promise<Renewal> => {
    const renewal = renewalOf(await api.ask('/auth/refresh', { method: 'POST' }));
    const waitSeconds = renewal.is === 'unavailable' ? (renewal.error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) : 0;
    notBeforeMs = nowMs() + waitSeconds * 1000;
    settle(renewal);
    return renewal;
  };

  const renewAlone = async (): Promise<Renewal> => {
    const askedAtMs = nowMs();
    if (notBeforeMs > askedAtMs) await wait((notBeforeMs - askedAtMs) / 1000);
    if (renewedAtMs() > askedAtMs) return { is: 'tried' };
    if (locks === undefined) return renew();
    const mine = await locks.request(lock, { ifAvailable: true }, (held) => (held === null ? undefined : renew()));
    if (mine !== undefined) return mine;
    await locks.request(lock, { mode: 'shared' }, () => undefined); // until the other one is done
    return { is: 'tried' };
  };

  return () => {
    running ??= renewAlone().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function renewalOf(answer: Answer): Renewal {
  const { status, code, data, endedReason } = answer;
  if (status === 200) return { is: 'renewed', session: data as Session };
  if (code === 'RECHECK_REQUIRED') return { is: 'recheck' };
  if (status === 401 || status === 410) return { is: 'ended', reason: endedReason ?? 'unknown' };
  const isTransient = status === 0 || status === 429 || status >= 500;
  return isTransient ? { is: 'unavailable', error: errorOf(answer) } : { is: 'refused' };
}
