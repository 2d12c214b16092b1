import { isSameUser, settleAll } from '@cloakroom/core';
import { isActive } from '../model/lifetime.ts';
import type { TicketRequest } from '../model/new-ticket.ts';
import type { Session, SessionData, UserSnapshot } from '../model/session.ts';
import { getSession, getSessionData } from '../table/get-session.ts';
import type { SessionTable } from '../table/table.ts';

interface Replacing {
  readonly table: SessionTable;
  readonly request: Pick<TicketRequest, 'exchange' | 'replaces'>;
  readonly snapshot: UserSnapshot;
  readonly now: number;
  /** The session of the login that was handed in. */
  readonly bearer?: Session;
}

/** The sessions whose place a new ticket takes: that of the login, and the ticket that the browser had before. */
export async function findReplaced(replacing: Replacing): Promise<readonly Session[]> {
  const ticket = await findTicketBefore(replacing);
  return [replacing.bearer, ticket].filter((session) => session !== undefined);
}

/** If it is still active. One of the same person stands in what was read. */
async function findTicketBefore({ table, request, snapshot, now }: Replacing): Promise<Session | undefined> {
  const { exchange, replaces } = request;
  if (replaces === undefined) return undefined;
  const isOwn = isSameUser(replaces.user, exchange.user);
  const session = isOwn
    ? snapshot.sessions.find(({ id }) => id === replaces.id)
    : await getSession(table, replaces.user, replaces.id);
  return session?.kind === 'ticket' && isActive(session, now) ? session : undefined;
}

/** What the application keeps in those of the same person: it goes on in the new session, and nobody else's does. */
export async function keptData(
  { table, request }: Pick<Replacing, 'table' | 'request'>,
  replaced: readonly Session[],
): Promise<ReadonlyMap<Session, SessionData>> {
  const own = replaced.filter(({ user }) => isSameUser(user, request.exchange.user));
  return new Map(
    await settleAll(own.map(async (one) => [one, await getSessionData(table, one.user, one.id)] as const)),
  );
}
