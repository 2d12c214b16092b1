/**
 * Waits for all, then returns their values, or throws what the first in their order failed with: what is still under way when a
 * failure is told would go on after the answer, and on Lambda in a later invocation.
 */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  return valuesOf(await Promise.allSettled(promises));
}

/** The same for what `work` makes of each item, with at most so many under way at a time. A failure keeps none from being tried. */
export async function settleEach<T, R>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = items.entries();
  const results: PromiseSettledResult<R>[] = [];
  const worker = async () => {
    for (const [index, item] of waiting)
      [results[index]] = (await Promise.allSettled([work(item)])) as [(typeof results)[0]];
  };
  await settleAll(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return valuesOf(results);
}

function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Enough to keep a batch short, few enough to leave the connections of a client some air. */
const PARALLEL = 5;

/** Does all of a batch, at most five at the same time, and returns those that are not done. `isDone` is not to throw. */
export async function processBatch<T>(batch: readonly T[], isDone: (item: T) => Promise<boolean>): Promise<T[]> {
  const outcomes = await settleEach(PARALLEL, batch, isDone);
  return batch.filter((_, index) => !outcomes[index]);
}
