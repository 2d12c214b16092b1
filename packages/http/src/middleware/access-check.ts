import { type Caller, type ServiceRight, userOfCaller } from '@cloakroom/core';
import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import { isCaller, requireCaller, requireNamedUser } from '../people.ts';
import type { HttpRequest, Route, Who } from '../route.ts';

/** By the configuration of the caller's issuer. */
export interface Rights {
  readonly administers: (caller: Caller) => readonly string[];
  readonly rightsOfService: (caller: Caller) => readonly ServiceRight[];
}

type Grant = Pick<HttpRequest, 'user' | 'administers' | 'rights'>;

const NO_ROLE: Grant = { user: undefined, administers: [], rights: [] };

/**
 * Lets a request through to its route only if the route is open to who makes it, and tells the route whom the path names.
 *
 * This decides again in the function what the authorizer has decided: a route attached to the wrong authorizer, or to none,
 * must not open. Roles are decided here alone.
 */
export function accessCheck(rights: Rights): Layer {
  return {
    before({ event }) {
      const { route, request } = event;
      event.request = { ...request, ...requireGrant(route.access, request, rights) };
    },
  };
}

/**
 * @throws HttpError UNAUTHORIZED without a caller; FORBIDDEN for a bootstrap, and for whoever the route is not open to;
 *   INVALID_USER_ID
 */
function requireGrant(access: Route['access'], request: HttpRequest<unknown>, rights: Rights): Grant {
  if (typeof access === 'string') return NO_ROLE;
  const caller = requireCaller(request);
  // A bootstrap is a token without a session: it may create one, and nothing else.
  const grant = caller.bootstrap ? undefined : findGrant(access, request, { caller, ...rights });
  if (grant === undefined) throw new HttpError('FORBIDDEN');
  return grant;
}

interface Role extends Rights {
  readonly caller: Caller;
}

function findGrant(access: readonly Who[], request: HttpRequest<unknown>, role: Role): Grant | undefined {
  return role.caller.kind === 'service' ? grantOfService(access, request, role) : grantOfPerson(access, request, role);
}

function grantOfService(
  access: readonly Who[],
  { pathParameters }: HttpRequest<unknown>,
  role: Role,
): Grant | undefined {
  const { caller } = role;
  const rights = role.rightsOfService(caller).filter((right) => access.includes(`service:${right}`));
  if (rights.length === 0) return undefined;
  const administers = [caller.issuer];
  if (pathParameters.userId === undefined) return { user: undefined, administers, rights };
  const user = requireNamedUser(pathParameters.userId, { own: userOfCaller(caller), administers });
  return user.issuer === caller.issuer ? { user, administers, rights } : undefined;
}

function grantOfPerson(
  access: readonly Who[],
  { pathParameters }: HttpRequest<unknown>,
  role: Role,
): Grant | undefined {
  const { caller } = role;
  const { userId } = pathParameters;
  const roles = role.administers(caller);
  const administers = access.includes('admin') ? roles : [];
  if (userId === undefined) {
    return access.includes('owner') || administers.length > 0 ? { ...NO_ROLE, administers } : undefined;
  }
  const user = requireNamedUser(userId, { own: userOfCaller(caller), administers: roles });
  const isSelf = access.includes('self') && isCaller(user, caller);
  return isSelf || administers.includes(user.issuer) ? { ...NO_ROLE, user, administers } : undefined;
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
