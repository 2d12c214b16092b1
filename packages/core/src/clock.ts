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
