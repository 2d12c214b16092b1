import { epochSeconds, type Login, type NowMs, settleAll } from '@cloakroom/core';
import {
  isActive,
  judgeByWatermark,
  type Session,
  type SessionStore,
  StoredItemError,
  type UserSnapshot,
} from '@cloakroom/sessions';

/** `strict`: a login is let in by its own session alone. `user`: any session of the user will do, which is weaker. */
export type SessionBinding = 'strict' | 'user';

/**
 * Why a login does not get in. `session_required`: there is no session. `session_ended`: it ended while the request was
 * decided. `login_ended`, `too_early`: the login could not have a session any more, whatever others the user has.
 */
export type SessionDenial = 'session_required' | 'session_ended' | 'session_expired' | 'login_ended' | 'too_early';

/** The session that lets a login in, or why none does. */
export type Finding = { readonly session: Session } | { readonly denial: SessionDenial };

/** Finds the session of a login, by strongly consistent reads and nothing else. @throws whatever the session store throws */
export type FindSession = (login: Login) => Promise<Finding>;

export interface BindingDeps {
  readonly sessions: Pick<SessionStore, 'get' | 'getEnded' | 'getUser' | 'isBurnt'>;
  /** How long a login can open sessions at all; its end marker is kept no longer. */
  readonly loginMaxLifetimeSeconds: number;
  readonly nowMs: NowMs;
}

/** Whether a session of this kind lets anybody in. A `record` is data with the life of a session. */
function authorizes({ kind }: Session): boolean {
  return kind === 'bearer';
}

/** The login's own session, whose id is that of the login: one GetItem. */
export function strictBinding({ sessions, nowMs }: BindingDeps): FindSession {
  return async ({ user, loginId }) => {
    const session = await sessions.get(user, loginId);
    if (session === undefined || !authorizes(session)) return { denial: 'session_required' };
    return isActive(session, epochSeconds(nowMs())) ? { session } : { denial: 'session_expired' };
  };
}

/**
 * The login's own session, else any other of the user. A login that has ended is refused all the same: by the watermark, by
 * its age, by its own session having expired, by its end marker, or by the mark of its burnt provider session. One Query, whose
 * range holds no marks and so is as short for a user with thousands of ended sessions; and where another session would let the
 * login in, one GetItem for each of its marks. A login that is not known by its `sid` has only one.
 *
 * What is not understood lets nobody in: in the place of another session it is none, and of the login's own it is an error.
 *
 * A session that is the login's own and active is not measured against the watermark: it may be the one that stayed when all
 * others were ended.
 */
export function userBinding({ sessions, nowMs, loginMaxLifetimeSeconds }: BindingDeps): FindSession {
  return async (login) => {
    const { sessions: all, unknown, record }: UserSnapshot = await sessions.getUser(login.user);
    const now = epochSeconds(nowMs());
    const isActiveNow = (session: Session) => isActive(session, now);
    const found = all.filter(authorizes);
    const ownUnknown = unknown.find(({ id }) => id === login.loginId);
    if (ownUnknown !== undefined) throw new StoredItemError('SESSION', ownUnknown.malformedField);
    const own = found.find(({ id }) => id === login.loginId);
    if (own !== undefined) return isActiveNow(own) ? { session: own } : { denial: 'session_expired' };
    if (now - login.authTime >= loginMaxLifetimeSeconds) return { denial: 'login_ended' };
    const denial = denialByWatermark(login, record.notBefore);
    if (denial !== undefined) return { denial };
    const other = found.filter(isActiveNow).reduce<Session | undefined>(latest, undefined);
    if (other === undefined) return { denial: found.length > 0 ? 'session_expired' : 'session_required' };
    return (await isMarked(sessions, login)) ? { denial: 'login_ended' } : { session: other };
  };
}

/** The two marks are read at once, so that the request takes no longer. */
async function isMarked(sessions: BindingDeps['sessions'], { user, loginId, sidHash }: Login): Promise<boolean> {
  const hasEnded = sessions.getEnded(user, loginId).then((ended) => ended !== undefined);
  const marks = sidHash === undefined ? [hasEnded] : [hasEnded, sessions.isBurnt(user, sidHash)];
  return (await settleAll(marks)).includes(true);
}

function denialByWatermark({ authTime }: Login, notBefore: number): SessionDenial | undefined {
  const verdict = judgeByWatermark(authTime, notBefore);
  if (verdict === 'open') return undefined;
  return verdict === 'ended' ? 'login_ended' : 'too_early';
}

/** Of the latest sign-in; of two of one second, always the same one. */
function latest(one: Session | undefined, two: Session): Session {
  if (one === undefined) return two;
  return two.authTime > one.authTime || (two.authTime === one.authTime && two.id > one.id) ? two : one;
}
