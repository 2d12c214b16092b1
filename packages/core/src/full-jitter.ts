interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 1. */
  readonly attempt: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * How long to wait after this attempt: exponential backoff with full jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs({ baseMs, maxMs, attempt, random }: Backoff): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));
}
