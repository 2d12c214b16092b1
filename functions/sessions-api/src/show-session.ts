import { type HttpAnswer, type HttpRequest, isCaller, requireCaller, showUser } from '@cloakroom/http';
import {
  type ListedSession,
  parsePublicSessionId,
  publicSessionId,
  type Session,
  type SessionAddress,
  type SessionData,
  type SessionStore,
  SessionUnknownError,
  type SessionView,
  toSessionView,
  toUnknownSessionView,
} from '@cloakroom/sessions';

/** Services that may read, change, end and list sessions: all of them, or records alone. */
export const SERVICES = ['service:records', 'service:sessions'] as const;

/** Where the session of a path is, and by which right the caller gets at it. An administrator may own it as well. */
export interface ReachedSession extends SessionAddress {
  /** Or a service, within its rights. */
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
  return { ...address, isAdmin };
}

/** Whether the caller is a service that has to do with records, and with no other session. */
export function seesRecordsOnly({ caller, rights }: Pick<HttpRequest, 'caller' | 'rights'>): boolean {
  return caller?.kind === 'service' && !rights.includes('sessions');
}

/**
 * To a service that is there for records, the sessions of people are unknown, ended ones too. One GetItem or two, for such a service.
 *
 * @throws SessionUnknownError
 */
export async function assertWithinRights(
  request: HttpRequest<unknown>,
  { user, id }: SessionAddress,
  sessions: Pick<SessionStore, 'get' | 'getEnded'>,
): Promise<void> {
  if (!seesRecordsOnly(request)) return;
  const found = (await sessions.get(user, id)) ?? (await sessions.getEnded(user, id));
  if (found?.kind !== 'record') throw new SessionUnknownError();
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

interface Listed {
  readonly session: ListedSession;
  /** Null where it is not understood; undefined where it is not shown. */
  readonly data: SessionData | null | undefined;
}

/** One of a list: also what is not understood. */
export function showListed(request: HttpRequest<unknown>, nowSeconds: number, { session, data }: Listed): object {
  const shown = data === undefined ? {} : { version: data?.version ?? null, data: data?.value ?? null };
  if (session.kind !== 'unknown') return { ...showSession(request, nowSeconds, { session }), ...shown };
  return { ...toUnknownSessionView(session), ...showUser(session.user, request), ...shown };
}

/** The answer about one session, with its data, and the data's version as its ETag (RFC 9110 §8.8.3). */
export function sessionAnswer(status: number, view: SessionView): HttpAnswer {
  return { status, data: view, headers: { etag: `"${view.version}"` } };
}
