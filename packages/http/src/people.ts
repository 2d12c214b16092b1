import {
  type Caller,
  isSameUser,
  logId,
  type Namer,
  opaqueUserId,
  parsePublicUserKey,
  publicUserKey,
  readableUserId,
  type User,
  userNamedInPath,
  userOfCaller,
} from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import type { HttpRequest } from './route.ts';

/* Who makes a request, whom it names, and how both are shown. */

/**
 * Who makes the request. There always is one behind every `access` but `public`.
 *
 * @throws HttpError UNAUTHORIZED
 */
export function requireCaller({ caller }: Pick<HttpRequest, 'caller'>): Caller {
  if (caller === undefined) throw new HttpError('UNAUTHORIZED');
  return caller;
}

type Request = Pick<HttpRequest<unknown>, 'user'>;

/**
 * Whom `{userId}` of the path names. There always is one behind `access` of `self` or `admin` on such a path.
 *
 * @throws HttpError FORBIDDEN
 */
export function requireUser({ user }: Request): User {
  if (user === undefined) throw new HttpError('FORBIDDEN');
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

const UNCLEAR =
  'names nobody for sure: write me for yourself, and for others their userKey (~…), as sessions and lists show it; ' +
  'a sub can stand here only without %, /, ?, # and \\';

/**
 * Whom `{userId}` of a path names.
 *
 * @throws HttpError INVALID_USER_ID for what could be read as several people, or is no name
 */
export function requireNamedUser(userId: string, namer: Namer): User {
  const user = userNamedInPath(userId, namer);
  if (user === undefined) throw invalidUserId(UNCLEAR);
  return user;
}

function invalidUserId(message: string): HttpError {
  return new HttpError('INVALID_USER_ID', `userId ${message}`, { field: 'userId' });
}

/** Whom an answer is about. */
export interface ShownUser {
  /** To be read: a `sub` at the caller's own issuer, or `<alias>:<sub>`. */
  readonly userId: string;
  /** To be put into a path: it means this user alone. */
  readonly userKey: string;
}

/** So that whoever asks sees who was meant. */
export function showUser(user: User, request: Pick<HttpRequest<unknown>, 'caller' | 'administers'>): ShownUser {
  const own = userOfCaller(requireCaller(request));
  return { userId: readableUserId(user, { own, administers: request.administers }), userKey: publicUserKey(user) };
}

export function isCaller(user: User, caller: Pick<Caller, 'userId' | 'issuer'>): boolean {
  return isSameUser(user, userOfCaller(caller));
}

/**
 * For the log: who did something, in which role, and to whom. Users are hidden behind the beginning of a hash. The `actor` of a
 * service is its client id, which is no secret.
 */
export function actionFields(request: HttpRequest<unknown>, user: User) {
  const { issuer, userId, clientId, kind } = requireCaller(request);
  const own = { issuer, sub: userId };
  const { requestId, routeKey: route } = request;
  if (kind === 'service')
    return { issuer: user.issuer, user: hidden(user), by: 'service', actor: clientId, route, requestId };
  const by = isSameUser(user, own) ? 'self' : 'admin';
  return { issuer: user.issuer, user: hidden(user), by, actor: hidden(own), route, requestId };
}

function hidden(user: User): string {
  return logId(opaqueUserId(user));
}
