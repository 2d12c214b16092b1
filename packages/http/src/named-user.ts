import {
  type Caller,
  isSameUser,
  type Namer,
  publicUserKey,
  readableUserId,
  type User,
  userNamedInPath,
  userOfCaller,
} from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import { requireCaller } from './require-caller.ts';
import type { HttpRequest } from './route.ts';

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

export function invalidUserId(message: string): HttpError {
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
