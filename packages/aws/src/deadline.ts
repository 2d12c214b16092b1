import type { FinalizeHandler, HandlerExecutionContext, InitializeHandler } from '@smithy/types';

/** The end of an invocation belongs to its answer and log lines, not to AWS calls. */
const RESERVE_MS = 200;
/** The longest time that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The part of Lambda's context that tells the time left. */
export interface LambdaClock {
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/** The end of the invocation under way; an execution environment runs one at a time. */
export interface Deadline {
  /** Counts from this invocation's context from now on. */
  start(context: LambdaClock): void;
  /** Milliseconds left for AWS calls; Infinity before the first invocation and outside Lambda. */
  remainingMs(): number;
}

/** A request was given up because its invocation ends. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'; // known to isUnavailable by this name

  constructor() {
    super('no answer before the deadline of the invocation');
  }
}

export function createDeadline(): Deadline {
  let clock: LambdaClock | undefined;
  return {
    start(context) {
      clock = context;
    },
    remainingMs: () => (clock === undefined ? Number.POSITIVE_INFINITY : clock.getRemainingTimeInMillis() - RESERVE_MS),
  };
}

/** Whether a request has been given up; asked before each attempt. */
export type IsGivenUp = () => boolean;

/**
 * Holds a request, with all of its retries and waits, to the deadline: gives it up in time for an answer. `request` must not
 * try again when it was given up: Lambda freezes the environment after the answer, and a write must not go on in a later
 * invocation.
 *
 * @throws DeadlineError
 */
export async function withinDeadline<T>(deadline: Deadline, request: (isGivenUp: IsGivenUp) => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  let isGivenUp = false;
  const giveUp = () => {
    isGivenUp = true;
    late.reject(new DeadlineError());
  };
  const timer = setTimeout(giveUp, Math.min(Math.max(deadline.remainingMs(), 0), MAX_TIMER_MS));
  return Promise.race([request(() => isGivenUp), late.promise]).finally(() => clearTimeout(timer));
}

/** The same as two middlewares of the SDK's: `limit` (step `initialize`), and `guard` inside its retry loop. */
export function holdToDeadline(deadline: Deadline) {
  const givenUp = new WeakMap<HandlerExecutionContext, IsGivenUp>();

  const limit =
    <I extends object, O extends object>(next: InitializeHandler<I, O>, context: HandlerExecutionContext) =>
    (args: Parameters<InitializeHandler<I, O>>[0]): ReturnType<InitializeHandler<I, O>> =>
      withinDeadline(deadline, (isGivenUp) => {
        givenUp.set(context, isGivenUp);
        return next(args);
      });

  const guard =
    <I extends object, O extends object>(next: FinalizeHandler<I, O>, context: HandlerExecutionContext) =>
    async (args: Parameters<FinalizeHandler<I, O>>[0]): ReturnType<FinalizeHandler<I, O>> => {
      if (givenUp.get(context)?.()) throw new DeadlineError();
      return next(args);
    };

  return { limit, guard };
}
