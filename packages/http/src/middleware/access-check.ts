import { type Caller, userOfCaller } from '@cloakroom/core';
import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import { isCaller, requireCaller, requireNamedUser } from '../people.ts';
import type { HttpRequest, Route, Who } from '../route.ts';

type Administers = (caller: Caller) => readonly string[];
type Grant = Pick<HttpRequest, 'user' | 'administers'>;

const NO_ROLE: Grant = { user: undefined, administers: [] };

/**
 * Lets a request through to its route only if the route is open to who makes it, and tells the route whom the path names.
 *
 * This decides again in the function what the authorizer has decided: a route attached to the wrong authorizer, or to none,
 * must not open. Roles are decided here alone.
 */
export function accessCheck(administers: Administers): Layer {
  return {
    before({ event }) {
      const { route, request } = event;
      event.request = { ...request, ...requireGrant(route.access, request, administers) };
    },
  };
}

/**
 * @throws HttpError UNAUTHORIZED without a caller; FORBIDDEN for a bootstrap, and for whoever the route is not open to;
 *   INVALID_USER_ID
 */
function requireGrant(access: Route['access'], request: HttpRequest<unknown>, administers: Administers): Grant {
  if (access === 'public') return NO_ROLE;
  const caller = requireCaller(request);
  // A bootstrap is a token without a session: it may create one, and nothing else.
  const grant = caller.bootstrap ? undefined : findGrant(access, request, { caller, administers });
  if (grant === undefined) throw new HttpError('FORBIDDEN');
  return grant;
}

interface Role {
  readonly caller: Caller;
  readonly administers: Administers;
}

function findGrant(access: readonly Who[], { pathParameters: { userId } }: HttpRequest<unknown>, role: Role) {
  const { caller } = role;
  if (caller.kind === 'service') return access.includes('service') ? NO_ROLE : undefined;
  const roles = role.administers(caller);
  const administers = access.includes('admin') ? roles : [];
  if (userId === undefined) {
    return access.includes('owner') || administers.length > 0 ? { user: undefined, administers } : undefined;
  }
  const user = requireNamedUser(userId, { own: userOfCaller(caller), administers: roles });
  const isSelf = access.includes('self') && isCaller(user, caller);
  return isSelf || administers.includes(user.issuer) ? { user, administers } : undefined;
}

/** Lets a route that sees to the credential itself do so, and keeps what it found out for the route's answer. */
export function authentication(): Layer {
  return {
    async before({ event }) {
      const { request, route } = event;
      event.authenticated = await route.authenticate?.({ ...request, body: undefined });
    },
  };
}
