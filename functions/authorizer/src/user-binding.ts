import { epochSeconds, type Login } from '@cloakroom/core';
import { isActive, judgeByWatermark, type Session, StoredItemError, type UserSnapshot } from '@cloakroom/sessions';
import { authorizes, type BindingDeps, type FindSession, type SessionDenial } from './binding.ts';

/**
 * The login's own session, else any other of the user. A login that has ended is refused all the same: by the watermark, by
 * its age, by its own session having expired, or by its end marker. One Query, whose range holds no end markers and so is as
 * short for a user with thousands of ended sessions; and where another session would let the login in, one GetItem for its marker.
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
    const ended = await sessions.getEnded(login.user, login.loginId);
    return ended === undefined ? { session: other } : { denial: 'login_ended' };
  };
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
