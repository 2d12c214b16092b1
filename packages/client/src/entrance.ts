import { createAttempts } from './attempts.ts';
import type { SignInOptions } from './client.ts';
import { type ClientErrorCode, CloakroomClientError } from './client-error.ts';
import { createListeners } from './listeners.ts';
import { errorIn, loginAddress, withoutError } from './login-address.ts';
import type { Page } from './page.ts';

/** Errors that mean nothing to somebody who is signed in: of a sign-in that another one has overtaken. */
const OVERTAKEN: readonly string[] = ['SIGN_IN_LOST', 'SIGN_IN_CANCELLED'];

/** How a page leads to the sign-in, and what it knows of those that came to nothing. */
export interface Entrance {
  signIn(options?: SignInOptions): void;
  /** Leaves the page to ask the provider, which asks the person nothing. Returns whether it does: not where that would be in vain. */
  recheck(): boolean;
  /** Somebody is signed in. */
  succeed(): void;
  /** Nobody is. Returns whether a sign-in that begins by itself would be in vain, which is told. */
  isInVain(): boolean;
  onError(listener: (error: CloakroomClientError) => void): () => void;
}

export interface EntranceOptions {
  readonly apiUrl: string;
  readonly frontend: string | undefined;
  readonly page: Page;
  readonly nowMs: () => number;
}

export function createEntrance({ apiUrl, frontend, page, nowMs }: EntranceOptions): Entrance {
  const attempts = createAttempts(page);
  const listeners = createListeners<CloakroomClientError>();
  const told = new Set<ClientErrorCode>();
  // Whoever goes back has not come back from a sign-in.
  if (page.isRevisited) attempts.forget();
  page.onRestored(attempts.forget);

  const tell = (code: ClientErrorCode, message: string) => {
    if (told.has(code)) return;
    told.add(code);
    listeners.tell(new CloakroomClientError(code, message));
  };
  /** While an error stands in the address, which is told, nothing begins by itself. */
  const hasError = () => {
    const error = errorIn(page.address());
    if (error !== undefined) tell(error, `the sign-in ended with ${error}`);
    return error !== undefined;
  };
  const leave = (options: SignInOptions & { readonly isSilent?: boolean }) =>
    page.goTo(loginAddress({ apiUrl, address: page.address(), frontend }, options));

  return {
    signIn(options = {}) {
      attempts.add();
      leave(options);
    },
    recheck() {
      if (hasError() || !attempts.mayRecheck(nowMs())) return false;
      leave({ isSilent: true });
      return true;
    },
    succeed() {
      attempts.forget();
      if (OVERTAKEN.includes(errorIn(page.address()) ?? '')) page.rename(withoutError(page.address()));
      else hasError();
    },
    isInVain() {
      if (hasError()) attempts.forget();
      else if (attempts.areEnough()) tell('COOKIES_BLOCKED', 'the browser sends no cookie of the API');
      else return false;
      return true;
    },
    onError: listeners.add,
  };
}
