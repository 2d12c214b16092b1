import type { User } from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import type { HttpRequest } from './route.ts';

/**
 * Whom `{userId}` of the path names. There always is one behind `access` of `self` or `admin` on such a path.
 *
 * @throws HttpError FORBIDDEN
 */
export function requireUser({ user }: Pick<HttpRequest, 'user'>): User {
  if (user === undefined) throw new HttpError('FORBIDDEN', 'this is not yours to do');
  return user;
}
