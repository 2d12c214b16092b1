/** The time in epoch milliseconds. Injected everywhere, so that tests decide what time it is. */
export type NowMs = () => number;

/** The system's clock, for production. */
export const systemNowMs: NowMs = () => Date.now();

/** Epoch seconds, rounded down: NumericDate (RFC 7519 §2) and DynamoDB's TTL. */
export function epochSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** ISO 8601 in UTC, as every timestamp of the HTTP contract. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

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
