import { describeError, epochSeconds, type NowMs, type Telemetry } from '@cloakroom/core';
import {
  type IdlePolicy,
  isTouchDue,
  type Session,
  type SessionStore,
  type SessionUse,
  type TouchOutcome,
} from '@cloakroom/sessions';

export interface UseDeps {
  readonly sessions: Pick<SessionStore, 'touch'>;
  readonly idle: IdlePolicy;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Writes down that an active session is used now, where that is due, and that its secret is: one conditional write for both. False
 * when its condition failed: the session has ended meanwhile or its secret is used by now, and what is there now must decide.
 */
export async function noteUse(deps: UseDeps, session: Session, { isUse, isFirst }: SessionUse): Promise<boolean> {
  const isDue = isUse && isTouchDue(session, epochSeconds(deps.nowMs()), deps.idle);
  return (!isDue && !isFirst) || (await touch(deps, session, { isUse: isDue, isFirst })) !== 'gone';
}

/** A write that fails changes no decision: the session was read, and it was active. */
async function touch(
  { sessions, telemetry }: UseDeps,
  session: Session,
  use: SessionUse,
): Promise<TouchOutcome | 'failed'> {
  try {
    return await sessions.touch(session, use);
  } catch (error) {
    telemetry.log.warn('authorizer.touch_failed', 'The use of a session was not written down', {
      error: describeError(error),
    });
    telemetry.meter.count('TouchFailed');
    return 'failed';
  }
}
