import { epochSeconds } from '@cloakroom/core';
import { statusOf } from '@cloakroom/sessions';
import { type BindingDeps, type FindSession, letsIn } from './binding.ts';

/** The login's own session, whose id is that of the login: one GetItem. */
export function strictBinding({ sessions, nowMs }: BindingDeps): FindSession {
  return async ({ user, loginId }) => {
    const session = await sessions.get(user, loginId);
    if (session === undefined || !letsIn(session)) return { denial: 'session_required' };
    return statusOf(session, epochSeconds(nowMs())) === 'active' ? { session } : { denial: 'session_expired' };
  };
}
