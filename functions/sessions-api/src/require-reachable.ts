import { type HttpRequest, isCaller, requireCaller } from '@cloakroom/http';
import { parsePublicSessionId, type SessionAddress, SessionUnknownError } from '@cloakroom/sessions';

/** Where the session of a path is, and by which right the caller gets at it. An administrator may own it as well. */
export interface ReachedSession extends SessionAddress {
  readonly isOwner: boolean;
  readonly isAdmin: boolean;
}

/**
 * The session that `{sessionId}` names, if it is the caller's or of an issuer that the caller administers.
 * Whether a stranger's session is there, nobody is told: nothing has been read yet.
 *
 * @throws SessionUnknownError for every other id, as for one that names nothing
 */
export function requireReachable(request: HttpRequest<unknown>): ReachedSession {
  const address = parsePublicSessionId(request.pathParameters.sessionId ?? '');
  if (address === undefined) throw new SessionUnknownError();
  const isOwner = isCaller(address.user, requireCaller(request));
  const isAdmin = request.administers.includes(address.user.issuer);
  if (!isOwner && !isAdmin) throw new SessionUnknownError();
  return { ...address, isOwner, isAdmin };
}
