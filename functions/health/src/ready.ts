import { setTimeout } from 'node:timers/promises';
import { describeError, type Log } from '@cloakroom/core';
import { HttpError, type Route } from '@cloakroom/http';

/** Resolves when a dependency works. */
export type Check = () => Promise<unknown>;

export interface ReadyDeps {
  /** By the name that clients are shown. */
  readonly checks: Readonly<Record<string, Check>>;
  /** How long each of them may take. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/** Asks every dependency at the same time: 200 when all of them work, else 503 with the names of those that do not. */
export function ready({ checks, timeoutMs, log }: ReadyDeps): Route {
  return {
    access: 'public',
    async handle() {
      const names = Object.keys(checks);
      const results = await Promise.allSettled(Object.values(checks).map((check) => within(timeoutMs, check)));
      const down = names.filter((name, index) => {
        const result = results[index];
        if (result?.status !== 'rejected') return false;
        log.error('health.down', `${name} is down`, { dependency: name, error: describeError(result.reason) });
        return true;
      });
      if (down.length > 0) throw new HttpError('DEPENDENCY_UNAVAILABLE', `down: ${down.join(', ')}`);
      return { status: 200, data: { status: 'ready', dependencies: names } };
    },
  };
}

async function within(timeoutMs: number, check: Check): Promise<void> {
  const timer = new AbortController();
  const late = setTimeout(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    timer.abort();
    late.catch(() => undefined); // the end of the timer is no failure
  }
}
