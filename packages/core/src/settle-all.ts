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

/** The same for what `work` makes of each item, with at most so many under way at a time. A failure keeps none from being tried. */
export async function settleEach<T, R>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = items.entries();
  const begun: Promise<R>[] = [];
  const worker = async () => {
    for (const [index, item] of waiting) {
      const promise = work(item);
      begun[index] = promise;
      await promise.catch(() => undefined); // it is told at the end
    }
  };
  await settleAll(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return settleAll(begun);
}

/** Enough to keep a batch short, few enough to leave the connections of a client some air. */
const PARALLEL = 5;

/** An item of a batch, and what became of it. */
export type Tried<T, R> = { readonly item: T } & PromiseSettledResult<R>;

/** Tries all of a batch, at most five at the same time, and tells in its order what became of each. */
export function tryEach<T, R>(batch: readonly T[], work: (item: T) => Promise<R>): Promise<Tried<T, R>[]> {
  return settleEach(PARALLEL, batch, async (item) => {
    const [result] = await Promise.allSettled([work(item)]);
    return { item, ...result };
  });
}

/** The same, of work that tells itself whether it is done and is not to throw. Returns those that are not done. */
export async function processBatch<T>(batch: readonly T[], isDone: (item: T) => Promise<boolean>): Promise<T[]> {
  const outcomes = await settleEach(PARALLEL, batch, isDone);
  return batch.filter((_, index) => !outcomes[index]);
}
