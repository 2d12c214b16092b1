import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import { requireCaller } from '../require-caller.ts';
import type { HttpRequest, Route } from '../route.ts';

/** Lets a request through to its route only as {@link checkAccess} allows. */
export function accessCheck(): Layer {
  return {
    before({ event: { route, request } }) {
      checkAccess(route.access, request);
    },
  };
}

/**
 * Decides again in the function what the authorizer has decided: a route attached to the wrong authorizer, or to none,
 * must not open.
 *
 * @throws HttpError UNAUTHORIZED without a caller; FORBIDDEN for a bootstrap, or when the path's user is not the caller
 */
function checkAccess(access: Route['access'], request: HttpRequest<unknown>): void {
  if (access === 'public') return;
  const caller = requireCaller(request);
  // A bootstrap is a token without a session: it may create one, and nothing else.
  if (caller.bootstrap || request.pathParameters.userId !== caller.userId) {
    throw new HttpError('FORBIDDEN', 'this is not yours to do');
  }
}
