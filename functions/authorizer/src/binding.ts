import type { Login, NowMs } from '@cloakroom/core';
import type { Session, SessionStore } from '@cloakroom/sessions';

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
  readonly sessions: Pick<SessionStore, 'get' | 'getEnded' | 'getUser'>;
  /** How long a login can open sessions at all; its end marker is kept no longer. */
  readonly loginMaxLifetimeSeconds: number;
  readonly nowMs: NowMs;
}

/** Whether a session of this kind lets anybody in. A `record` is data with the life of a session. */
export function authorizes({ kind }: Session): boolean {
  return kind === 'bearer';
}
