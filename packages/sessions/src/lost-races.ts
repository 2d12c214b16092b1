import { ConflictError } from './errors.ts';

/** Waiting, so that those who race for the same user do not meet again. */
export interface RaceTiming {
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const MAX_ATTEMPTS = 8;
const BASE_WAIT_MS = 20;
const MAX_WAIT_MS = 500;

/**
 * Makes the attempt until it returns something: undefined is a lost race. Each attempt is to read anew what it decides on.
 * Waits in between with exponential backoff and full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/),
 * at most 2 s in all.
 *
 * @throws ConflictError after eight lost races
 */
export async function retryLostRaces<T>(attempt: () => Promise<T | undefined>, timing: RaceTiming): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (attempts === MAX_ATTEMPTS) throw new ConflictError();
    await timing.sleep(timing.random() * Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** (attempts - 1)));
  }
}
