import { isSameUser, type User, userOfCaller } from '@cloakroom/core';
import { HttpError, type HttpRequest } from '@cloakroom/http';
import { type CreationResult, parsePublicSessionId, type SessionStore } from '@cloakroom/sessions';

/** A sign-in that came with a ticket, and so has its session. */
export interface Ticket {
  readonly user: User;
  /** Of the session. */
  readonly sessionId: string;
}

/** As a creation that found one already; how many others the user has is not read. */
export type FoundSession = Omit<CreationResult, 'sessionsBefore'>;

/** As the authorizer found out; undefined for whoever has come with anything else. @throws HttpError FORBIDDEN */
export function ticketOf({ caller }: Pick<HttpRequest, 'caller'>): Ticket | undefined {
  if (caller?.kind !== 'ticket') return undefined;
  const address = parsePublicSessionId(caller.sessionId ?? '');
  if (address === undefined || !isSameUser(address.user, userOfCaller(caller))) throw new HttpError('FORBIDDEN');
  return { user: address.user, sessionId: address.id };
}

/** Two reads. @throws SessionEndedError, SessionUnknownError when it has ended since the authorizer saw it */
export async function findOwnSession(
  sessions: Pick<SessionStore, 'getData' | 'require'>,
  { user, sessionId }: Ticket,
): Promise<FoundSession> {
  // The session last: its end deletes the data too, and would pass for an active one without any.
  const data = await sessions.getData(user, sessionId);
  const session = await sessions.require({ user, id: sessionId });
  return { outcome: 'existing', session, data, evicted: [] };
}
