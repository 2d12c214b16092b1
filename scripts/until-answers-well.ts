import { setTimeout as delay } from 'node:timers/promises';

const AGAIN_AFTER_MS = 250;

export interface UntilAnswersWellOptions {
  readonly withinMs: number;
  /** Ends the asking. */
  readonly signal: AbortSignal;
  /** Told why there is something to wait for: once. */
  readonly onWait: (why: string) => void;
}

/**
 * Asks until the answer is a success: on a busy machine the first requests of a function may take longer than it gives what it asks.
 *
 * @throws Error with what was wrong the last time, after `withinMs`
 */
export async function untilAnswersWell(url: string, options: UntilAnswersWellOptions): Promise<void> {
  const { withinMs, signal, onWait } = options;
  const giveUpAt = performance.now() + withinMs;
  for (let times = 1; ; times += 1) {
    const wrong = await wrongAt(url, AbortSignal.any([signal, AbortSignal.timeout(withinMs)]));
    if (wrong === undefined) return;
    if (signal.aborted || performance.now() > giveUpAt)
      throw new Error(`${url} does not answer as it should: ${wrong}`);
    if (times === 1) onWait(`${url}: ${wrong}`);
    await delay(AGAIN_AFTER_MS, undefined, { signal });
  }
}

async function wrongAt(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal });
    const text = await response.text();
    return response.ok ? undefined : `status ${response.status}: ${text}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
