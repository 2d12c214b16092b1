import { epochSeconds } from '@cloakroom/core';
import { isActive } from '@cloakroom/sessions';
import { authorizes, type BindingDeps, type FindSession } from './binding.ts';

/** The login's own session, whose id is that of the login: one GetItem. */
export function strictBinding({ sessions, nowMs }: BindingDeps): FindSession {
  return async ({ user, loginId }) => {
    const session = await sessions.get(user, loginId);
    if (session === undefined || !authorizes(session)) return { denial: 'session_required' };
    return isActive(session, epochSeconds(nowMs())) ? { session } : { denial: 'session_expired' };
  };
}
