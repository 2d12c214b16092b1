import type { HttpRequest } from '@cloakroom/http';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import type { Report } from './report.ts';

/** Where a browser is sent, and the cookies that it is given, each a value of `Set-Cookie`. */
export interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}

/** A browser that has come back from the provider. */
export interface Arrival {
  readonly request: HttpRequest;
  readonly place: SignInPlace;
  readonly deps: TokenHandlerDeps;
  readonly report: Report;
}
