import { settleEach } from './settle-all.ts';

/** Enough to keep a batch short, few enough to leave the connections of a client some air. */
const PARALLEL = 5;

/** Does all of a batch, at most five at the same time, and returns those that are not done. `isDone` is not to throw. */
export async function processBatch<T>(batch: readonly T[], isDone: (item: T) => Promise<boolean>): Promise<T[]> {
  const outcomes = await settleEach(PARALLEL, batch, isDone);
  return batch.filter((_, index) => !outcomes[index]);
}
