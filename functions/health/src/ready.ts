import { setTimeout } from 'node:timers/promises';
import { describeError, type Log, type NowMs } from '@cloakroom/core';
import { HttpError, type Route } from '@cloakroom/http';

interface KeepAnswerDeps<T> {
  /** How long an answer counts, from when it came. */
  readonly keepMs: number;
  readonly nowMs: NowMs;
  readonly ask: () => Promise<T>;
}

/** The last answer while it counts, else a new one, which all who ask meanwhile share. A failure is not kept. */
function keepAnswer<T>({ keepMs, nowMs, ask }: KeepAnswerDeps<T>): () => Promise<T> {
  let kept: { readonly answer: T; readonly untilMs: number } | undefined;
  let asking: Promise<T> | undefined;
  const askAgain = async () => {
    try {
      const answer = await ask();
      kept = { answer, untilMs: nowMs() + keepMs };
      return answer;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    if (kept !== undefined && nowMs() < kept.untilMs) return kept.answer;
    asking ??= askAgain();
    return asking;
  };
}

/** Resolves when a dependency works. */
export type Check = () => Promise<unknown>;

export interface ReadyDeps {
  /** By the name that clients are shown. */
  readonly checks: Readonly<Record<string, Check>>;
  /** How long each of them may take. */
  readonly timeoutMs: number;
  /** How long what they answered counts, good or bad: anybody may ask, and each of them is a call that costs. */
  readonly keepMs: number;
  readonly nowMs: NowMs;
  readonly log: Log;
}

/**
 * Asks every dependency at the same time: 200 when all of them work, else 503 with the names of those that do not. Within
 * `keepMs` an execution environment answers from what it knows.
 */
export function ready(deps: ReadyDeps): Route {
  const findDown = keepAnswer({ ...deps, ask: () => askAll(deps) });
  return {
    access: 'public',
    async handle() {
      const down = await findDown();
      if (down.length > 0) throw new HttpError('DEPENDENCY_UNAVAILABLE', `down: ${down.join(', ')}`);
      return { status: 200, data: { status: 'ready', dependencies: Object.keys(deps.checks) } };
    },
  };
}

/** The names of those that do not work; why is in the log. */
async function askAll({ checks, timeoutMs, log }: ReadyDeps): Promise<readonly string[]> {
  const results = await Promise.allSettled(Object.values(checks).map((check) => within(timeoutMs, check)));
  return Object.keys(checks).filter((name, index) => {
    const result = results[index];
    if (result?.status !== 'rejected') return false;
    log.error('health.down', `${name} is down`, { dependency: name, error: describeError(result.reason) });
    return true;
  });
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
