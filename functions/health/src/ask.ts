import { DependencyUnavailableError } from '@cloakroom/aws';
import { CloakroomError, isObject, type NowMs } from '@cloakroom/core';

/** Resolves when a dependency works. Told by the signal to give up, it must leave nothing behind that goes on. */
export type Check = (abortSignal: AbortSignal) => Promise<unknown>;

/** How a dependency answered. */
export type State =
  | { readonly name: string; readonly status: 'up'; readonly latencyMs: number }
  | { readonly name: string; readonly status: 'down'; readonly latencyMs: number; readonly problem: string };

/** What was found; `error`, which is for the log alone, where it is down. */
interface Finding {
  readonly state: State;
  readonly error?: unknown;
}

interface AskOptions {
  /** The dependency may take this long. */
  readonly timeoutMs: number;
  readonly nowMs: NowMs;
}

/** Tries one dependency. Never throws, and answers within `timeoutMs`, whatever the dependency does. */
export async function ask(name: string, check: Check, { timeoutMs, nowMs }: AskOptions): Promise<Finding> {
  const startMs = nowMs();
  try {
    await within(timeoutMs, check);
    return { state: { name, status: 'up', latencyMs: nowMs() - startMs } };
  } catch (error) {
    return { state: { name, status: 'down', latencyMs: nowMs() - startMs, problem: problemOf(error) }, error };
  }
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

async function within(timeoutMs: number, check: Check): Promise<void> {
  const end = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new NoAnswerError(`no answer within ${timeoutMs} ms`));
    end.abort();
  }, timeoutMs);
  try {
    await Promise.race([check(end.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * In words that tell where to look, and nothing that is not for everybody: the way to AWS (no answer), AWS itself or a name
 * or a connection on the way (unavailable), or credentials, permissions and tables (refused).
 */
function problemOf(error: unknown): string {
  if (error instanceof NoAnswerError) return error.message;
  if (error instanceof DependencyUnavailableError) return 'unavailable';
  const isRefused = error instanceof CloakroomError || (isObject(error) && error.$fault === 'client');
  return isRefused ? 'refused' : 'failed';
}
