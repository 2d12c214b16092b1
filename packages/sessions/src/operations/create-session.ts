import { epochSeconds } from '@cloakroom/core';
import { activeSessions, type CreationDecision, decideCreation, withinHour } from '../model/decide-creation.ts';
import { CreationRefusedError, LoginEndedError } from '../model/errors.ts';
import { type CreationRequest, newBearerSession } from '../model/new-session.ts';
import { remedyOf } from '../model/remedy.ts';
import { NO_DATA, type Session, type SessionData, type UserRecord, type UserSnapshot } from '../model/session.ts';
import { beginsAt } from '../model/watermark.ts';
import { ABSENT } from '../table/conditions.ts';
import { putSteps, userStep } from '../table/creation-steps.ts';
import { endingSteps } from '../table/end-session.ts';
import { getSessionData } from '../table/get-session.ts';
import { burntKey, endedKey, type ItemKey } from '../table/item-key.ts';
import { readLoginMarks } from '../table/login-end.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { burnEnded, ownerSteps } from '../table/provider-session.ts';
import { readUser } from '../table/read-user.ts';
import { type SessionTable, toItem } from '../table/table.ts';
import { runTransaction, type Step } from '../table/transaction.ts';
import { expireLogin, refuseLogin } from './refuse-login.ts';

/** `existing`: the login had its session already. */
export interface CreationResult {
  readonly outcome: 'created' | 'existing';
  readonly session: Session;
  readonly data: SessionData;
  /** The sessions that had to go for it. */
  readonly evicted: readonly Session[];
  /** How many active sessions the user had when the request came. */
  readonly sessionsBefore: number;
}

type Opened = Omit<CreationResult, 'sessionsBefore'>;

/**
 * Opens the session of a login, or finds the one that it has. Takes one Query, one read of the login's end marker, one of the
 * mark of its provider session if that is known, and one transaction. However many requests do so at once, one login has one
 * session, no limit is passed, an ended login stays ended, and no login of a provider session that is burnt, or over by the
 * provider's own word, opens another session.
 *
 * A login that gets no session begins no transaction, which would be in the way of the user's other requests.
 *
 * @throws LoginEndedError, SignInClosedError, SessionLimitError, CreationRateError, SessionRequiredError, SignInTooEarlyError what
 *   the rules refuse
 * @throws ContendedError when others were in the way until shortly before the deadline
 * @throws StoredItemError and the errors of AWS; after these nothing is known, and repeating the request is safe
 */
export async function createSession(table: SessionTable, request: CreationRequest): Promise<CreationResult> {
  return retryLostRaces('signIn', () => tryToCreate(table, request), table.races);
}

async function tryToCreate(table: SessionTable, request: CreationRequest): Promise<CreationResult | undefined> {
  const snapshot = await readUser(table, request.login.user);
  const now = epochSeconds(table.nowMs());
  const sessionsBefore = activeSessions(snapshot, now).length;
  try {
    const opened = await openOrFind({ table, request, snapshot, now });
    return opened && { ...opened, sessionsBefore };
  } catch (error) {
    if (error instanceof CreationRefusedError) error.sessionsBefore = sessionsBefore;
    throw error;
  }
}

async function openOrFind(opening: Opening): Promise<Opened | undefined> {
  const { table, request, snapshot, now } = opening;
  const { login } = request;
  const decision = decideCreation({ request, snapshot, now, ...table });
  if (decision.do === 'return') return existing(table, decision.session);
  if (decision.do === 'expire') return expireLogin(table, login, decision.session);
  // This is asked of a refused login too: its client must hear that the login has ended, and not that it may try again later.
  const marks = await readLoginMarks(table, login);
  if (decision.do === 'refuse') return refuseLogin(table, login, { ...decision, marks });
  if (marks.hasEnded || marks.isBurnt) throw new LoginEndedError(remedyOf(login));
  return open(opening, decision);
}

async function existing(table: SessionTable, session: Session): Promise<Opened> {
  const data = await getSessionData(table, session.user, session.id);
  return { outcome: 'existing', session, data, evicted: [] };
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
  if (outcome.failed.includes('sid_not_ended')) return burnEnded(table, request.login);
  const isOut = outcome.failed.some((step) => step === 'login_not_ended' || step === 'sid_not_burnt');
  if (isOut) throw new LoginEndedError(remedyOf(request.login));
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
  const { user, loginId, sidHash } = session;
  // A mark counts even past its TTL: DynamoDB deletes late, and a login of that age is refused anyway.
  const absent = (key: ItemKey) => ({
    ConditionCheck: { TableName, Key: toItem(key), ConditionExpression: ABSENT },
  });
  return [
    ...putSteps(TableName, session, firstData(request)),
    { name: 'login_not_ended', write: absent(endedKey(user, loginId)) },
    ...(sidHash === undefined ? [] : [{ name: 'sid_not_burnt', write: absent(burntKey(user, sidHash)) } as const]),
    ...ownerSteps(TableName, request.login, session),
  ];
}

function firstData({ data: value }: CreationRequest): SessionData {
  return value === undefined ? NO_DATA : { version: 1, value };
}

/** The creation counts for the rate. */
function recordAfter({ request, snapshot: { record }, now }: Opening): UserRecord {
  const recent = [...withinHour(record.recentCreations, now), now];
  return { ...record, recentCreations: recent.slice(-request.policy.maxCreationsPerHour) };
}
