import { opaqueUserId, type User } from '@cloakroom/core';
import { requireCaller } from './require-caller.ts';
import type { HttpRequest } from './route.ts';

const PREFIX_LENGTH = 8;

/**
 * For the log: to whom something was done, as what, and by whom. Users are hidden; `actor` is who did it, of a service its client,
 * which is no secret.
 */
export function actionFields(request: HttpRequest<unknown>, user: User, by: 'self' | 'admin' | 'service') {
  const { issuer, userId, clientId } = requireCaller(request);
  const actor = by === 'service' ? clientId : hidden({ issuer, sub: userId });
  return { issuer: user.issuer, user: hidden(user), by, actor, requestId: request.requestId };
}

function hidden(user: User): string {
  return opaqueUserId(user).slice(0, PREFIX_LENGTH);
}
