import { fullJitterMs } from '@cloakroom/core';
import type { Deadline, IsGivenUp } from '../deadline.ts';
import { DeadlineError } from '../deadline.ts';
import { isThrottled, isUnavailable } from '../error-names.ts';
import { MAX_ATTEMPTS } from '../limits.ts';
import { createRetryQuota } from './retry-quota.ts';

const FIRST_DELAY_MS = 100;
const FIRST_DELAY_OF_THROTTLED_MS = 500;
const MAX_DELAY_MS = 20_000;

export interface AttemptDependencies {
  readonly deadline: Pick<Deadline, 'remainingMs'>;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1, like Math.random. */
  readonly random: () => number;
}

/** Runs a request, and runs it again after what may pass by itself. */
export type WithAttempts = <T>(attempt: () => Promise<T>, isGivenUp: IsGivenUp) => Promise<T>;

/**
 * Retries as the SDK's standard mode has them, and never past the deadline.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 *
 * @throws what the last attempt threw; DeadlineError when it was given up meanwhile
 */
export function createAttempts({ deadline, sleep, random }: AttemptDependencies): WithAttempts {
  const quota = createRetryQuota();
  return async (attempt, isGivenUp) => {
    for (let made = 1; ; made += 1) {
      if (isGivenUp()) throw new DeadlineError();
      try {
        const answer = await attempt();
        quota.succeeded(made > 1);
        return answer;
      } catch (error) {
        const baseMs = isThrottled(error) ? FIRST_DELAY_OF_THROTTLED_MS : FIRST_DELAY_MS;
        const delayMs = Math.floor(fullJitterMs({ baseMs, maxMs: MAX_DELAY_MS, attempt: made, random }));
        const isLast = made === MAX_ATTEMPTS || !isUnavailable(error);
        if (isLast || isGivenUp() || deadline.remainingMs() <= delayMs || !quota.take()) throw error;
        await sleep(delayMs);
      }
    }
  };
}
