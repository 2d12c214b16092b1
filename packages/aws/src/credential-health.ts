/** A role that is merely new is known everywhere within seconds: after one such invocation the environment may still be good. */
const MAX_REFUSED_INVOCATIONS = 2;

/** Tells an environment whose credentials will never be accepted again from one that has to wait. */
export interface CredentialHealth {
  /** An invocation begins. */
  begin(): void;
  /** A request has ended: refused in all attempts though the credentials were resolved again and stayed the same, or otherwise. */
  ended(how: 'refused' | 'otherwise'): void;
  /** The invocation ends; true when this one and the one before were refused throughout. */
  finish(): boolean;
}

/**
 * Counts invocations in a row of which every request was refused. One without any AWS request, as when a token is bad, tells
 * nothing: it neither counts nor begins the count anew, or whoever sends bad tokens would keep a dead environment alive.
 */
export function createCredentialHealth(): CredentialHealth {
  let refused = 0;
  let otherwise = 0;
  let inRow = 0;
  return {
    begin() {
      refused = 0;
      otherwise = 0;
    },
    ended(how) {
      if (how === 'refused') refused += 1;
      else otherwise += 1;
    },
    finish() {
      if (otherwise > 0) inRow = 0;
      else if (refused > 0) inRow += 1;
      return inRow >= MAX_REFUSED_INVOCATIONS;
    },
  };
}
