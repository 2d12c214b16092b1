/**
 * Waits for all, then returns their values, or throws what the first in their order failed with: what is still under way when a
 * failure is told would go on after the answer, and on Lambda in a later invocation.
 */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
