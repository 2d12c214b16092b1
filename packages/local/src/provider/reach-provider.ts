import { errorCode } from '../base/error-code.ts';

/**
 * Does what calls the provider.
 *
 * @throws Error that says how to start the provider, where none answers
 * @throws what the call throws otherwise
 */
export async function reachProvider<T>(issuer: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new Error(`no provider answers at ${issuer}: start it with scripts/dev`, { cause: error });
  }
}

/** `fetch` says no more than "fetch failed"; the reason is its cause. */
function isUnreachable(error: unknown): boolean {
  const isFetchFailed =
    typeof error === 'object' && error !== null && 'message' in error && error.message === 'fetch failed';
  return isFetchFailed || errorCode(error) === 'ECONNREFUSED';
}
