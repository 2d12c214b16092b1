import { epochSeconds, type JsonText } from '@cloakroom/core';
import { withinHour } from '../model/decide-creation.ts';
import { decideTicket, silentAfter, type TicketDecision } from '../model/decide-ticket.ts';
import type { ExchangeVerdict } from '../model/judge-exchange.ts';
import { newTicketSession, type TicketRequest } from '../model/new-ticket.ts';
import { NO_DATA, type Session, type UserRecord, type UserSnapshot } from '../model/session.ts';
import type { SessionAddress } from '../model/session-id.ts';
import { newTicket, type TicketCookie } from '../model/ticket.ts';
import { beginsAt } from '../model/watermark.ts';
import { isBurnt } from '../table/burn.ts';
import { ABSENT } from '../table/conditions.ts';
import { putSteps, userStep } from '../table/creation-steps.ts';
import { endingSteps } from '../table/end-session.ts';
import { burntKey, tokensKey } from '../table/item-key.ts';
import { loginEndStep } from '../table/login-marker.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { burnEnded, ownerSteps } from '../table/provider-session.ts';
import { readUser } from '../table/read-user.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import type { TokenItem } from '../tokens/token-item.ts';
import { admitLogin } from './admit-login.ts';
import type { TicketSession } from './confirmed-ticket.ts';
import { findReplaced, keptData } from './replaced-sessions.ts';

export interface OpeningRequest extends TicketRequest {
  /**
   * Makes the item of the provider's tokens (see `TokenStore`), which is put with the session. Called at most once, when the verdict is
   * to open it.
   */
  readonly sealTokens?: (address: SessionAddress) => Promise<TokenItem>;
  /** What a page may see of the person, as an object: kept beside the tokens, and gone with the session. */
  readonly claims?: JsonText | undefined;
}

/** `leave_first`: nothing was opened; see `judgeExchange`. */
export type TicketResult = OpenedTicket | (ExchangeVerdict & { readonly verdict: 'leave_first' });

export interface OpenedTicket {
  readonly verdict: 'open';
  readonly session: TicketSession;
  /** The one time that it is known whole. */
  readonly cookie: TicketCookie;
  /** The sessions that had to go for it. */
  readonly evicted: readonly Session[];
  /** Those whose place it took: the ticket that the browser had, and the session of the login that was handed in. */
  readonly replaced: readonly Session[];
}

/**
 * Opens the session of a code exchange, if `judgeExchange` holds at the moment of its transaction. The session that the browser had
 * before ends in the same transaction, as `replaced`; of the same person, its data goes on. Takes one Query, at most one read of the
 * mark of the provider session, and one transaction; with a session to replace two reads more.
 *
 * @throws SessionLimitError, CreationRateError, SignInClosedError what the rules refuse
 * @throws ContendedError when others were in the way until shortly before the deadline
 * @throws StoredItemError and the errors of AWS
 */
export async function openTicket(table: SessionTable, request: OpeningRequest): Promise<TicketResult> {
  const ticket = newTicket(request.exchange.user);
  let sealing: Promise<TokenItem | undefined> | undefined;
  const sealed = () => {
    sealing ??= Promise.resolve(request.sealTokens?.({ user: ticket.cookie.user, id: ticket.cookie.id }));
    return sealing;
  };
  return retryLostRaces('signIn', () => tryToOpen(table, { ...request, ticket, sealed }), table.races);
}

/** What stays the same however often it is tried. */
interface Attempt extends Pick<OpeningRequest, keyof TicketRequest | 'claims'> {
  readonly ticket: ReturnType<typeof newTicket>;
  readonly sealed: () => Promise<TokenItem | undefined>;
}

async function tryToOpen(table: SessionTable, request: Attempt): Promise<TicketResult | undefined> {
  const { user, sidHash } = request.exchange;
  const snapshot = await readUser(table, user);
  const now = epochSeconds(table.nowMs());
  const { login } = request;
  const admitted = login === undefined ? {} : await admitLogin(table, { login, snapshot, now });
  if (admitted === undefined) return undefined;
  // Of a login it has been asked.
  const burnt = login === undefined && sidHash !== undefined && (await isBurnt(table, user, sidHash));
  const decision = decideTicket({ request, snapshot, isBurnt: burnt, now, ...table });
  if (decision.verdict === 'leave_first') return decision;
  if (decision.verdict === 'refuse') throw decision.error;
  return open({ table, request, snapshot, now, ...admitted }, decision);
}

interface Opening {
  readonly table: SessionTable;
  readonly request: Attempt;
  readonly snapshot: UserSnapshot;
  readonly now: number;
  /** The session of the login that was handed in. */
  readonly bearer?: Session;
}

/** Whatever its transaction meets, what was read is read again: a new verdict is told by the rules, and not by a failed write. */
async function open(opening: Opening, { evict, expire }: TicketDecision & { verdict: 'open' }) {
  const { table, request, snapshot, now } = opening;
  const { cookie, hashes } = request.ticket;
  const begins = beginsAt(now, snapshot.record);
  const session = newTicketSession(request, { id: cookie.id, hashes, now: begins }, table);
  const replaced = await findReplaced(opening);
  const kept = await keptData(opening, replaced);
  const tokens = await request.sealed();
  const end = (reason: 'evicted' | 'expired') => (ended: Session) =>
    endingSteps(table, { session: ended, reason }, now);
  const steps: Step[] = [
    ...putSteps(table.table, session, [...kept.values()].find(({ version }) => version > 0) ?? NO_DATA),
    ...tokensPut(table.table, session, { tokens, claims: request.claims }),
    ...burntCheck(opening),
    ...ownerSteps(table.table, request.exchange, session),
    ...loginEnd(opening, session),
    userStep(table.table, request.exchange.user, recordAfter(opening)),
    ...replaced.flatMap((one) => {
      const knownUntil = one === opening.bearer ? session.ttl : 0;
      return endingSteps(table, { session: one, reason: 'replaced', data: kept.get(one), knownUntil }, now);
    }),
    ...evict.flatMap(end('evicted')),
    ...expire.flatMap(end('expired')),
  ];
  const outcome = await runTransaction(table, steps);
  if (!outcome.committed) {
    return outcome.failed.includes('sid_not_ended') ? burnEnded(table, request.exchange) : undefined;
  }
  return { verdict: 'open', session, cookie, evicted: evict, replaced } as const;
}

/** What keeps a login ended that has no session of its own. It is to outlive the ticket, as long as a refresh of the login may. */
function loginEnd(
  { table: { table, loginMaxLifetimeSeconds }, request: { login }, bearer, now }: Opening,
  { ttl }: Session,
) {
  if (login === undefined || bearer !== undefined) return [];
  return [loginEndStep(table, login, { now, ttl: Math.max(ttl, login.authTime + loginMaxLifetimeSeconds) })];
}

/** They are of no use to anybody when the session is over. */
function tokensPut(
  TableName: string,
  { user, id, absoluteExpiresAt: ttl }: Session,
  { tokens, claims }: { readonly tokens: TokenItem | undefined; readonly claims: JsonText | undefined },
): Step[] {
  if (tokens === undefined && claims === undefined) return [];
  const Item = toItem({ ...tokensKey(user, id), ...tokens, claims: claims?.text, ttl });
  return [{ name: 'tokens', write: { Put: { TableName, Item } } }];
}

function burntCheck({ table: { table: TableName }, request }: Opening): Step[] {
  const { user, sidHash } = request.exchange;
  if (sidHash === undefined) return [];
  const Key = toItem(burntKey(user, sidHash));
  return [{ name: 'sid_not_burnt', write: { ConditionCheck: { TableName, Key, ConditionExpression: ABSENT } } }];
}

/** A ticket does not count for the rate of new bearer logins. */
function recordAfter({ request, snapshot: { record }, now }: Opening): UserRecord {
  return {
    ...record,
    recentCreations: withinHour(record.recentCreations, now),
    recentSilent: silentAfter(request, record.recentSilent, now),
  };
}
