import { setTimeout as delay } from 'node:timers/promises';
import type { LogEvent } from './log-event.ts';

export interface FollowOptions {
  /** All that there is from this time on. */
  search(startMs: number): AsyncIterable<LogEvent> | Promise<Iterable<LogEvent>>;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly nowMs: () => number;
  /** How late an event may be told of: each search goes back that far behind the one before. */
  readonly overlapMs: number;
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/**
 * What there is and what comes, each event once, until the signal. CloudWatch tells of events some time after they happened, and not in
 * order: whoever asked from the newest on would lose some.
 */
export async function* followLogs({ search, nowMs, overlapMs, pauseMs, signal, ...options }: FollowOptions) {
  let { startMs } = options;
  const seen = new Map<string, number>();
  while (!signal.aborted) {
    const askedMs = nowMs();
    for await (const event of await search(startMs)) {
      const key = `${event.group} ${event.id}`;
      if (seen.has(key)) continue;
      seen.set(key, event.timestampMs);
      yield event;
    }
    startMs = Math.max(startMs, askedMs - overlapMs);
    for (const [key, timestampMs] of seen) if (timestampMs < startMs) seen.delete(key);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
