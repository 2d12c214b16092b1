/** What a promise comes to, or `orElse` when that takes longer than a time. No timer is left behind. */
export function within<T>(promise: Promise<T>, limitMs: number, orElse: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(orElse), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
