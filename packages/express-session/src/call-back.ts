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
  callback: Callback<T> | null | undefined,
  tell: (error: CloakroomStoreError) => void,
): void {
  work.then(
    (value) => (isCallback(callback) ? nextTick(callback, null, value) : undefined),
    (error: unknown) => {
      const failure = failureOf(error);
      if (isCallback(callback)) nextTick(callback, failure);
      else tell(failure);
    },
  );
}

/** Apps give `null` too, where they want none. */
function isCallback<T>(callback: Callback<T> | null | undefined): callback is Callback<T> {
  return typeof callback === 'function';
}
