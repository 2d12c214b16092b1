import { type CloakroomError, fullJitterMs } from '@cloakroom/core';
import { ConflictError, ContendedError } from '../model/errors.ts';

/** How those who race for the same items wait, so that they do not meet again. */
export interface RaceTiming {
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How much of the invocation is left for AWS calls; Infinity where there is none. */
  readonly remainingMs: () => number;
}

interface Patience {
  readonly maxAttempts: number;
  readonly firstWaitMs: number;
  /** Waits grow up to this: doubled each time, with full jitter. */
  readonly maxWaitMs: number;
  readonly giveUp: () => CloakroomError;
}

/**
 * How long each writer goes on. DynamoDB cancels transactions that meet on an item. So a flood of cheap writes could keep all
 * others from that item. A revocation outlasts all other writers, and those who could flood give way.
 * docs/decisions/0005 tells how the waits were chosen.
 */
const PATIENCE = {
  /** Endings and watermarks: until shortly before the deadline of their invocation. */
  revocation: { maxAttempts: Infinity, firstWaitMs: 10, maxWaitMs: 10, giveUp: () => new ConflictError() },
  /** New sign-ins. They go on as long, but try less often, since there may be many at once. */
  signIn: { maxAttempts: Infinity, firstWaitMs: 20, maxWaitMs: 80, giveUp: () => new ContendedError() },
  /** Everybody else: the one who floods pays. */
  change: { maxAttempts: 2, firstWaitMs: 20, maxWaitMs: 20, giveUp: () => new ContendedError() },
} as const satisfies Readonly<Record<string, Patience>>;

/** The answer is due before the invocation ends: no attempt begins in its last milliseconds. */
const LAST_ATTEMPT_MS = 100;
/** The end where no invocation has a deadline. */
const MAX_WAITED_MS = 20_000;

/**
 * Repeats the attempt until it returns something: undefined is a lost race. Each attempt must read anew what it decides by.
 * Waits in between with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @throws ConflictError, ContendedError when `who` has no patience left
 */
export async function retryLostRaces<T>(
  who: keyof typeof PATIENCE,
  attempt: () => Promise<T | undefined>,
  { sleep, random, remainingMs }: RaceTiming,
): Promise<T> {
  const { maxAttempts, firstWaitMs, maxWaitMs, giveUp }: Patience = PATIENCE[who];
  for (let [attempts, waitedMs] = [1, 0]; ; attempts += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
    const waitMs = fullJitterMs({ baseMs: firstWaitMs, maxMs: maxWaitMs, attempt: attempts, random });
    waitedMs += waitMs;
    const isLate = remainingMs() < waitMs + LAST_ATTEMPT_MS || waitedMs > MAX_WAITED_MS;
    if (attempts >= maxAttempts || isLate) throw giveUp();
    await sleep(waitMs);
  }
}
