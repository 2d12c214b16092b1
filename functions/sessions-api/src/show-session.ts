import { type HttpAnswer, type HttpRequest, requireCaller, showUser } from '@cloakroom/http';
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
