import { nextTick } from 'node:process';
import type { CloakroomStoreError } from './errors.ts';
import { failureOf } from './failure.ts';

/** As the libraries have it: an error, or null and what was asked for. */
export type Callback<T = void> = (error: CloakroomStoreError | null, value?: T) => void;

/**
 * Calls back exactly once, outside of the promise: what a callback throws is the app's, and no reason to call it again.
 * Whoever gives no callback hears of no failure: `tell` does.
 */
export function callBack<T>(
  work: Promise<T>,
  callback: Callback<T> | undefined,
  tell: (error: CloakroomStoreError) => void,
): void {
  work.then(
    (value) => callback && nextTick(callback, null, value),
    (error: unknown) => {
      const failure = failureOf(error);
      if (callback === undefined) tell(failure);
      else nextTick(callback, failure);
    },
  );
}
