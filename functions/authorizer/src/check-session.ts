import type { Login } from '@cloakroom/core';
import type { BindingDeps, Finding, FindSession, SessionBinding } from './binding.ts';
import { strictBinding, userBinding } from './binding.ts';
import { noteUse, type UseDeps } from './note-use.ts';

export interface SessionCheckDeps extends BindingDeps, UseDeps {
  readonly binding: SessionBinding;
  readonly sessions: BindingDeps['sessions'] & UseDeps['sessions'];
}

/** Finds the session that lets a login in, and writes down that it is used. @throws whatever reading throws */
export type CheckSession = (login: Login) => Promise<Finding>;

const BINDINGS: Readonly<Record<SessionBinding, (deps: BindingDeps) => FindSession>> = {
  strict: strictBinding,
  user: userBinding,
};

/** A token has no secret that could be new. */
const A_USE = { isUse: true, isFirst: false };

/** The reads of the binding; where the session ended before its use was written down, they are made again. */
export function createSessionCheck(deps: SessionCheckDeps): CheckSession {
  const find = BINDINGS[deps.binding](deps);
  return async (login) => {
    const finding = await find(login);
    if ('denial' in finding || (await noteUse(deps, finding.session, A_USE))) return finding;
    const again = await find(login);
    return 'denial' in again && again.denial === 'session_required' ? { denial: 'session_ended' } : again;
  };
}
