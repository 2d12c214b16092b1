/** So much of the time until the recheck passes before the ticket is renewed. */
const SHARE = 0.9;
/** A browser's timers cannot wait longer; they would not wait at all. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** When the ticket is renewed before it has to be, so that no request meets one that is due. */
export interface Schedule {
  /** `isFresh`: the API has just set it. One that lies in the past then is a wrong clock, and is not kept. */
  set(recheckAt: string | undefined, isFresh: boolean): void;
  /** The page was used: it is worth renewing. */
  noteUse(): void;
  isDue(): boolean;
  /** As the API last said. */
  recheckAt(): string | undefined;
}

export function createSchedule({ nowMs, renew }: { nowMs: () => number; renew: () => unknown }): Schedule {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: string | undefined;
  let dueAtMs = Number.NaN;
  let isUsed = false;
  return {
    set(recheckAt, isFresh) {
      clearTimeout(timer);
      last = recheckAt;
      dueAtMs = Date.parse(recheckAt ?? '');
      const leftMs = dueAtMs - nowMs();
      if (isFresh) isUsed = false;
      if (leftMs > 0) timer = setTimeout(() => isUsed && renew(), Math.min(leftMs * SHARE, MAX_TIMER_MS));
      else if (isFresh) dueAtMs = Number.NaN;
    },
    noteUse() {
      isUsed = true;
    },
    isDue: () => nowMs() >= dueAtMs,
    recheckAt: () => last,
  };
}
