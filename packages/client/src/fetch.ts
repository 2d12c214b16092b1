import { type Api, addressIn } from './api.ts';
import type { FetchOptions } from './client.ts';
import { CloakroomClientError } from './client-error.ts';
import type { Renewal } from './renewal.ts';
import type { Schedule } from './schedule.ts';
import { assertNoStepUp } from './step-up.ts';
import { unlessAborted } from './wait.ts';

/** Another tab's attempt, one of our own, and one more after the API has asked to wait. */
const ROUNDS = 3;

export interface FetchDeps {
  readonly api: Pick<Api, 'url' | 'send'>;
  readonly schedule: Pick<Schedule, 'isDue' | 'noteUse'>;
  readonly nowMs: () => number;
  renew(): Promise<Renewal>;
  /** When the ticket was renewed, by whichever tab. */
  renewedAtMs(): number;
  /** Leaves the page to ask the provider. */
  recheck(): unknown;
}

/** `Client.fetch`: what it promises stands there. */
export async function fetchWithTicket(
  input: RequestInfo | URL,
  { background = false, ...init }: FetchOptions,
  { api, schedule, nowMs, renew, renewedAtMs, recheck }: FetchDeps,
): Promise<Response> {
  const address = addressIn(api, input);
  const target = input instanceof Request ? input : address;
  let sentAtMs = 0;
  const send = async () => {
    sentAtMs = nowMs();
    const answer = await api.send(target, init, background);
    assertNoStepUp(answer);
    return answer;
  };
  if (!background) schedule.noteUse();
  if (schedule.isDue()) await unlessAborted(renew(), init.signal);
  let answer = await send();
  for (let round = 1; answer.status === 401 && round <= ROUNDS; round += 1) {
    // Renewed while this was on its way. Browsers may tell the time by tenths of a second: what is repeated looks no more.
    const isOvertaken = round === 1 && renewedAtMs() >= sentAtMs;
    const renewal: Renewal = isOvertaken ? { is: 'tried' } : await unlessAborted(renew(), init.signal);
    if (renewal.is === 'recheck') {
      if (!background) recheck();
      throw new CloakroomClientError('RECHECK_REQUIRED', 'the page goes to the provider and comes back');
    }
    if (renewal.is === 'ended' || renewal.is === 'refused' || init.body instanceof ReadableStream) return answer;
    answer = await send();
    if (renewal.is === 'renewed') return answer;
    if (renewal.is === 'unavailable' && answer.status === 401 && round === ROUNDS) throw renewal.error;
  }
  return answer;
}
