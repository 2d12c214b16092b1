import type { CloakroomError, Login } from '@cloakroom/core';
import {
  CreationRateError,
  LoginEndedError,
  SessionLimitError,
  SessionRequiredError,
  SignInClosedError,
  SignInTooEarlyError,
  StoredItemError,
} from './errors.ts';
import { isActive, type Lifetimes } from './lifetime.ts';
import {
  type CreationPolicy,
  type CreationRequest,
  type LimitPolicy,
  MAX_ENDINGS_WITH_CREATION,
} from './new-session.ts';
import { remedyAgainstWatermark, remedyOf } from './remedy.ts';
import type { Session, UserSnapshot } from './session.ts';
import { judgeByWatermark } from './watermark.ts';

/** What to do about a sign-in, decided by what was read. The transaction fails if that has changed since. */
export type CreationDecision =
  | { readonly do: 'return'; readonly session: Session }
  | { readonly do: 'expire'; readonly session: Session }
  /** `burns`: after that, all logins of its provider session are refused. */
  | { readonly do: 'refuse'; readonly error: CloakroomError; readonly burns: boolean }
  | { readonly do: 'create'; readonly evict: readonly Session[]; readonly expire: readonly Session[] };

type Refusal = CreationDecision & { readonly do: 'refuse' };

export const HOUR_SECONDS = 3600;

/** A sign-in, and what it meets. */
export interface CreationCase {
  readonly request: CreationRequest;
  readonly snapshot: UserSnapshot;
  /** Epoch seconds. */
  readonly now: number;
  readonly loginMaxLifetimeSeconds: Lifetimes['loginMaxLifetimeSeconds'];
}

/** The rules for new sessions, in the order in which they are told to the client. */
export function decideCreation(creation: CreationCase): CreationDecision {
  const { request, snapshot, now } = creation;
  const unknown = snapshot.unknown.find(({ id }) => id === request.login.loginId);
  if (unknown !== undefined) return refuse(new StoredItemError('SESSION', unknown.malformedField));
  const own = snapshot.sessions.find(({ id }) => id === request.login.loginId);
  if (own !== undefined && own.kind !== 'bearer') return refuse(new StoredItemError('SESSION', 'kind'));
  if (own !== undefined) return { do: isActive(own, now) ? 'return' : 'expire', session: own };
  const active = activeSessions(snapshot, now);
  const refused = refusal({ ...creation, snapshot: { ...snapshot, sessions: active } });
  if (refused !== undefined) return refused;
  const evict = surplus(active, request.policy).slice(0, MAX_ENDINGS_WITH_CREATION);
  const expired = snapshot.sessions.filter((session) => !isActive(session, now));
  return { do: 'create', evict, expire: expired.slice(0, MAX_ENDINGS_WITH_CREATION - evict.length) };
}

/** Those that let somebody in, here or at an app. A record does not: it is no session elsewhere, and takes no place. */
export function activeSessions({ sessions }: Pick<UserSnapshot, 'sessions'>, now: number): readonly Session[] {
  return sessions.filter((session) => session.kind !== 'record' && isActive(session, now));
}

/** Of what happened when, that which still counts for a rate, oldest first. */
export function withinHour(times: readonly number[], now: number): number[] {
  return times.filter((at) => now - at < HOUR_SECONDS).toSorted((a, b) => a - b);
}

/** Of the user's sessions, only the active ones are in the snapshot. */
function refusal({ request, snapshot: active, now, loginMaxLifetimeSeconds }: CreationCase) {
  const { login, policy } = request;
  // Before what burns: a sign-in that is not looked at changes nothing.
  if (policy.bootstrap === 'off') return refuse(new SignInClosedError());
  if (now - login.authTime >= loginMaxLifetimeSeconds) return refuse(new LoginEndedError(remedyOf(login)));
  const byWatermark = refusalByWatermark(login, active.record.notBefore, now);
  if (byWatermark !== undefined) return byWatermark;
  const error =
    refusalByFreshness(login, active, policy, now) ??
    refusalByLimit(active, policy) ??
    refusalByRate(active, policy, now);
  return error && refuse(error);
}

function refuse(error: CloakroomError, burns = false): Refusal {
  return { do: 'refuse', error, burns };
}

/**
 * Some providers move the `auth_time` of a session there when the person proves anew who they are, and the tokens of its older
 * sign-ins move along. So a refused provider session is burnt. Within the margin that would be too hard on new sign-ins.
 */
export function refusalByWatermark(login: Login, notBefore: number, now: number): Refusal | undefined {
  const verdict = judgeByWatermark(login.authTime, notBefore);
  if (verdict === 'open') return undefined;
  if (verdict === 'too_early') return refuse(new SignInTooEarlyError(Math.max(1, notBefore + 1 - now)));
  return refuse(new LoginEndedError(remedyAgainstWatermark(login)), login.sidHash !== undefined);
}

/**
 * The token's `auth_time` alone tells how fresh a sign-in is. What the client says decides nothing. Nor does a session at an app of its
 * own: its person may not have signed in here for long.
 */
function refusalByFreshness({ authTime }: Login, { sessions }: UserSnapshot, policy: CreationPolicy, now: number) {
  const isFresh = now - authTime <= policy.bootstrapMaxAuthAgeSeconds;
  return isFresh || sessions.every(({ kind }) => kind === 'web') ? undefined : new SessionRequiredError();
}

export function refusalByLimit(
  { sessions }: Pick<UserSnapshot, 'sessions'>,
  { sessionLimitPolicy, maxSessionsPerUser }: LimitPolicy,
): SessionLimitError | undefined {
  const isFull = sessions.length >= maxSessionsPerUser;
  return isFull && sessionLimitPolicy === 'deny' ? new SessionLimitError(maxSessionsPerUser) : undefined;
}

function refusalByRate({ record }: UserSnapshot, { maxCreationsPerHour }: CreationPolicy, now: number) {
  const recent = withinHour(record.recentCreations, now);
  const oldestThatCounts = recent.at(-maxCreationsPerHour);
  return oldestThatCounts === undefined || recent.length < maxCreationsPerHour
    ? undefined
    : new CreationRateError(oldestThatCounts + HOUR_SECONDS - now);
}

/**
 * The sessions that must go so that one more fits: those of the same provider session first, then the oldest. After a limit was
 * lowered by more than 21, this takes several sign-ins.
 */
export function surplus<S extends Pick<Session, 'createdAt' | 'lastSeenAt' | 'sidHash'>>(
  active: readonly S[],
  { maxSessionsPerUser }: LimitPolicy,
  sidHash?: string,
): readonly S[] {
  const isOther = (session: S) => Number(sidHash === undefined || session.sidHash !== sidHash);
  const byAge = active.toSorted(
    (a, b) => isOther(a) - isOther(b) || a.createdAt - b.createdAt || a.lastSeenAt - b.lastSeenAt,
  );
  return byAge.slice(0, Math.max(0, active.length + 1 - maxSessionsPerUser));
}
