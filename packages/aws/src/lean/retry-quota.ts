/** As in the SDK: a hundred retries in a row that help nothing, and then as many as requests succeed. */
const CAPACITY = 500;
const COST = 5;

/** Keeps an environment from trying everything three times while a service is down: that would hold it down. */
export interface RetryQuota {
  /** True when there is a retry left, which is taken then. */
  take(): boolean;
  /** A request got its answer; its last retry is given back. */
  succeeded(isRetry: boolean): void;
}

export function createRetryQuota(): RetryQuota {
  let left = CAPACITY;
  return {
    take() {
      if (left < COST) return false;
      left -= COST;
      return true;
    },
    succeeded(isRetry) {
      left = Math.min(CAPACITY, left + (isRetry ? COST : 1));
    },
  };
}
