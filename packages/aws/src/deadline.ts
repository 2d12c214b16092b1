/** The part of Lambda's context that tells the time left. */
export interface LambdaClock {
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/** The end of the invocation under way; an execution environment runs one at a time. */
export interface Deadline {
  /** Counts from this invocation's context from now on. */
  start(context: LambdaClock): void;
  /** Milliseconds left; Infinity before the first invocation and outside Lambda. */
  remainingMs(): number;
}

export function createDeadline(): Deadline {
  let clock: LambdaClock | undefined;
  return {
    start(context) {
      clock = context;
    },
    remainingMs: () => clock?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY,
  };
}
