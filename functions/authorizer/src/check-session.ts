import { describeError, epochSeconds, type Login, type Telemetry } from '@cloakroom/core';
import { type IdlePolicy, isTouchDue, type Session, type SessionStore, type TouchOutcome } from '@cloakroom/sessions';
import type { BindingDeps, Finding, FindSession, SessionBinding } from './binding.ts';
import { strictBinding, userBinding } from './binding.ts';

export interface SessionCheckDeps extends BindingDeps {
  readonly binding: SessionBinding;
  readonly sessions: BindingDeps['sessions'] & Pick<SessionStore, 'touch'>;
  readonly idle: IdlePolicy;
  readonly telemetry: Telemetry;
}

/** Finds the session that lets a login in, and writes down that it is used. @throws whatever reading throws */
export type CheckSession = (login: Login) => Promise<Finding>;

const BINDINGS: Readonly<Record<SessionBinding, (deps: BindingDeps) => FindSession>> = {
  strict: strictBinding,
  user: userBinding,
};

/**
 * The reads of the binding; when the use has to be written down, one conditional write, whose failed condition means that
 * the session ended meanwhile: then what is there now decides.
 */
export function createSessionCheck(deps: SessionCheckDeps): CheckSession {
  const find = BINDINGS[deps.binding](deps);
  return async (login) => {
    const finding = await find(login);
    if ('denial' in finding || !isDue(deps, finding.session)) return finding;
    if ((await touch(deps, finding.session)) !== 'gone') return finding;
    const again = await find(login);
    return 'denial' in again && again.denial === 'session_required' ? { denial: 'session_ended' } : again;
  };
}

function isDue({ idle, nowMs }: SessionCheckDeps, session: Session): boolean {
  return isTouchDue(session, epochSeconds(nowMs()), idle);
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
