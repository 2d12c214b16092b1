import { type HttpAnswer, type HttpRequest, isCaller, requireCaller, showUser } from '@cloakroom/http';
import {
  type ListedSession,
  parsePublicSessionId,
  publicSessionId,
  type Session,
  type SessionAddress,
  type SessionData,
  SessionUnknownError,
  type SessionView,
  toSessionView,
  toUnknownSessionView,
  type UnknownSessionView,
} from '@cloakroom/sessions';

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

/** A session as the caller sees it: `userId` as the caller reads it, `current` if it is the caller's own. */
export function showSession(
  request: HttpRequest<unknown>,
  nowSeconds: number,
  { session, data }: { readonly session: Session; readonly data?: SessionData },
): SessionView {
  const isCurrent = publicSessionId(session.user, session.id) === requireCaller(request).sessionId;
  const view = toSessionView({ session, isCurrent, nowSeconds, ...(data === undefined ? {} : { data }) });
  return { ...view, ...showUser(session.user, request) };
}

/** One of a list: also what is not understood. */
export function showListed(
  request: HttpRequest<unknown>,
  nowSeconds: number,
  session: ListedSession,
): SessionView | UnknownSessionView {
  if (session.kind !== 'unknown') return showSession(request, nowSeconds, { session });
  return { ...toUnknownSessionView(session), ...showUser(session.user, request) };
}

/** The answer about one session, with its data, and the data's version as its ETag (RFC 9110 §8.8.3). */
export function sessionAnswer(status: number, view: SessionView): HttpAnswer {
  return { status, data: view, headers: { etag: `"${view.version}"` } };
}
