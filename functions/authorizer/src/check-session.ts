import { describeError, epochSeconds, type Login, type NowMs, type Telemetry } from '@cloakroom/core';
import {
  type IdlePolicy,
  isTouchDue,
  type Session,
  type SessionStore,
  statusOf,
  type TouchOutcome,
} from '@cloakroom/sessions';

/** Why a login does not get in. */
export type SessionDenial = 'session_required' | 'session_expired' | 'session_ended';

export interface SessionCheckDeps {
  readonly sessions: Pick<SessionStore, 'get' | 'touch'>;
  readonly idle: IdlePolicy;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Why the login has no active session, or undefined when it has one. One strongly consistent read; when its use has to be
 * written down, one conditional write, whose failed condition means that the session ended meanwhile: then what is there now decides.
 */
export async function checkSession(deps: SessionCheckDeps, login: Login): Promise<SessionDenial | undefined> {
  const { sessions, idle } = deps;
  const now = () => epochSeconds(deps.nowMs());
  const session = await sessions.get(login.user, login.loginId);
  if (session === undefined) return 'session_required';
  if (statusOf(session, now()) !== 'active') return 'session_expired';
  if (!isTouchDue(session, now(), idle) || (await touch(deps, session)) !== 'gone') return undefined;
  const again = await sessions.get(login.user, login.loginId);
  if (again === undefined) return 'session_ended';
  return statusOf(again, now()) === 'active' ? undefined : 'session_expired';
}

/** A touch that fails changes no decision: the session was read, and it was active. */
async function touch({ sessions, telemetry }: SessionCheckDeps, session: Session): Promise<TouchOutcome | 'failed'> {
  try {
    return await sessions.touch(session);
  } catch (error) {
    telemetry.log.warn('authorizer.touch_failed', 'The use of a session was not written down', {
      error: describeError(error),
    });
    telemetry.meter.count('TouchFailed');
    return 'failed';
  }
}
