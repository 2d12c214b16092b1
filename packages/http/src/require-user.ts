import { parsePublicUserKey, type User } from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import { invalidUserId } from './named-user.ts';
import type { HttpRequest } from './route.ts';

type Request = Pick<HttpRequest<unknown>, 'user'>;

/**
 * Whom `{userId}` of the path names. There always is one behind `access` of `self` or `admin` on such a path.
 *
 * @throws HttpError FORBIDDEN
 */
export function requireUser({ user }: Request): User {
  if (user === undefined) throw new HttpError('FORBIDDEN', 'this is not yours to do');
  return user;
}

/**
 * The same, where a wrong guess could not be mended: the path must name the user by `userKey`. Any other spelling may have been
 * decoded into somebody else's before it came here.
 *
 * @throws HttpError FORBIDDEN; INVALID_USER_ID
 */
export function requireUserByKey(request: Request & Pick<HttpRequest<unknown>, 'pathParameters'>): User {
  const user = requireUser(request);
  if (parsePublicUserKey(request.pathParameters.userId ?? '') !== undefined) return user;
  throw invalidUserId('must be the userKey of the user (~…), as sessions, lists and events show it; nothing was done');
}
