import { type HttpAnswer, type HttpRequest, pathUserId, requireCaller } from '@cloakroom/http';
import {
  type ListedSession,
  publicSessionId,
  type Session,
  type SessionData,
  type SessionView,
  toSessionView,
  toUnknownSessionView,
  type UnknownSessionView,
} from '@cloakroom/sessions';

/** A session as the caller sees it: `userId` as the caller would write it in a path, `current` if it is the caller's own. */
export function showSession(
  request: HttpRequest<unknown>,
  nowSeconds: number,
  { session, data }: { readonly session: Session; readonly data?: SessionData },
): SessionView {
  const caller = requireCaller(request);
  const isCurrent = publicSessionId(session.user, session.id) === caller.sessionId;
  const view = toSessionView({ session, isCurrent, nowSeconds, ...(data === undefined ? {} : { data }) });
  return { ...view, userId: pathUserId(session.user, { caller, administers: request.administers }) };
}

/** One of a list: also what is not understood. */
export function showListed(
  request: HttpRequest<unknown>,
  nowSeconds: number,
  session: ListedSession,
): SessionView | UnknownSessionView {
  if (session.kind !== 'unknown') return showSession(request, nowSeconds, { session });
  const names = { caller: requireCaller(request), administers: request.administers };
  return { ...toUnknownSessionView(session), userId: pathUserId(session.user, names) };
}

/** The answer about one session, with its data, and the data's version as its ETag (RFC 9110 §8.8.3). */
export function sessionAnswer(status: number, view: SessionView): HttpAnswer {
  return { status, data: view, headers: { etag: `"${view.version}"` } };
}
