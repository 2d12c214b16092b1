import { epochSeconds } from '@cloakroom/core';
import { type CreationDecision, creationsWithinHour, decideCreation } from '../model/decide-creation.ts';
import { LoginEndedError } from '../model/errors.ts';
import { type CreationRequest, newBearerSession } from '../model/new-session.ts';
import { NO_DATA, type Session, type SessionData, type UserRecord, type UserSnapshot } from '../model/session.ts';
import { beginsAt } from '../model/watermark.ts';
import { ABSENT } from '../table/conditions.ts';
import { putSteps, userStep } from '../table/creation-steps.ts';
import { endingSteps, tryToEnd } from '../table/end-session.ts';
import { getSessionData } from '../table/get-session.ts';
import { endedKey } from '../table/item-key.ts';
import { hasLoginEnded } from '../table/login-end.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { readUser } from '../table/read-user.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { runTransaction, type Step } from '../table/transaction.ts';

/** `existing`: the login had its session already. */
export interface CreationResult {
  readonly outcome: 'created' | 'existing';
  readonly session: Session;
  readonly data: SessionData;
  /** The sessions that had to go for it. */
  readonly evicted: readonly Session[];
}

/**
 * Opens the session of a login, or finds the one that it has. Takes one Query, one read of the login's end marker, and one
 * transaction. However many requests do so at once, one login has one session, no limit is passed, and an ended login stays ended.
 *
 * A login that gets no session begins no transaction, which would be in the way of the user's other requests.
 *
 * @throws LoginEndedError, SessionLimitError, CreationRateError, SessionRequiredError, SignInTooEarlyError what the rules refuse
 * @throws ContendedError when others were in the way until shortly before the deadline
 * @throws StoredItemError and the errors of AWS; after these nothing is known, and repeating the request is safe
 */
export async function createSession(table: SessionTable, request: CreationRequest): Promise<CreationResult> {
  return retryLostRaces('signIn', () => tryToCreate(table, request), table.races);
}

async function tryToCreate(table: SessionTable, request: CreationRequest): Promise<CreationResult | undefined> {
  const { login } = request;
  const snapshot = await readUser(table, login.user);
  const now = epochSeconds(table.nowMs());
  const decision = decideCreation({ request, snapshot, now, ...table });
  if (decision.do === 'return') return existing(table, decision.session);
  if (decision.do === 'expire') return expireOwn(table, decision.session);
  // This is asked of a refused login too: its client must hear that the login has ended, and not that it may try again later.
  if (await hasLoginEnded(table, login)) throw new LoginEndedError();
  if (decision.do === 'refuse') throw decision.error;
  return open({ table, request, snapshot, now }, decision);
}

async function existing(table: SessionTable, session: Session): Promise<CreationResult> {
  const data = await getSessionData(table, session.user, session.id);
  return { outcome: 'existing', session, data, evicted: [] };
}

/** The login's session has expired, and nobody had noticed. It ends now, and the login with it. */
async function expireOwn(table: SessionTable, session: Session): Promise<undefined> {
  const outcome = await tryToEnd(table, { session, reason: 'expired' });
  if (outcome === 'ended') throw new LoginEndedError();
  return undefined; // used or ended by somebody else, or others were at it: look again
}

interface Opening {
  readonly table: SessionTable;
  readonly request: CreationRequest;
  readonly snapshot: UserSnapshot;
  readonly now: number;
}

async function open(opening: Opening, decision: CreationDecision & { do: 'create' }) {
  const { table, request, snapshot, now } = opening;
  const session = newBearerSession(request, beginsAt(now, snapshot.record), table);
  const outcome = await runTransaction(table, openingSteps(opening, decision, session));
  if (outcome.committed) {
    return { outcome: 'created', session, data: firstData(request), evicted: decision.evict } as const;
  }
  if (outcome.failed.includes('login_not_ended')) throw new LoginEndedError();
  return undefined;
}

function openingSteps(opening: Opening, decision: CreationDecision & { do: 'create' }, session: Session): Step[] {
  const { table, request, now } = opening;
  const end = (reason: 'evicted' | 'expired') => (ended: Session) =>
    endingSteps(table, { session: ended, reason }, now);
  return [
    ...sessionSteps(opening, session),
    userStep(table.table, request.login.user, recordAfter(opening)),
    ...decision.evict.flatMap(end('evicted')),
    ...decision.expire.flatMap(end('expired')),
  ];
}

function sessionSteps({ table: { table: TableName }, request }: Opening, session: Session): Step[] {
  const { user, loginId } = session;
  // An end marker counts even past its TTL: DynamoDB deletes late, and a login of that age is refused anyway.
  const marker = { TableName, Key: toItem(endedKey(user, loginId)), ConditionExpression: ABSENT };
  const check: Step = { name: 'login_not_ended', write: { ConditionCheck: marker } };
  return [...putSteps(TableName, session, firstData(request)), check];
}

function firstData({ data: value }: CreationRequest): SessionData {
  return value === undefined ? NO_DATA : { version: 1, value };
}

/** The creation counts for the rate. */
function recordAfter({ request, snapshot: { record }, now }: Opening): UserRecord {
  const recent = [...creationsWithinHour(record.recentCreations, now), now];
  return { ...record, recentCreations: recent.slice(-request.policy.maxCreationsPerHour) };
}
