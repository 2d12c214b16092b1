import type { Login } from '@cloakroom/core';
import { refusalByWatermark } from '../model/decide-creation.ts';
import { LoginEndedError, StoredItemError } from '../model/errors.ts';
import { isActive } from '../model/lifetime.ts';
import { remedyOf } from '../model/remedy.ts';
import type { Session, UserSnapshot } from '../model/session.ts';
import { readLoginMarks } from '../table/login-end.ts';
import type { SessionTable } from '../table/table.ts';
import { expireLogin, refuseLogin } from './refuse-login.ts';

interface HandedInLogin {
  readonly login: Login;
  readonly snapshot: UserSnapshot;
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * Whether a login that is handed in may still open something, by what stands against bearers: its end, the mark of its provider
 * session, the watermark. The same reads and writes as of a creation. `bearer`: the session that it has, which is active.
 *
 * Undefined when a transaction was in the way, or what was read has changed: look again.
 *
 * @throws LoginEndedError, SignInTooEarlyError, StoredItemError
 */
export async function admitLogin(
  table: SessionTable,
  { login, snapshot, now }: HandedInLogin,
): Promise<{ readonly bearer?: Session } | undefined> {
  const unknown = snapshot.unknown.find(({ id }) => id === login.loginId);
  if (unknown !== undefined) throw new StoredItemError('SESSION', unknown.malformedField);
  const bearer = snapshot.sessions.find(({ id }) => id === login.loginId);
  if (bearer !== undefined && bearer.kind !== 'bearer') throw new StoredItemError('SESSION', 'kind');
  if (bearer !== undefined && !isActive(bearer, now)) return expireLogin(table, login, bearer);
  const marks = await readLoginMarks(table, login);
  // A session that stayed when all others ended is no reason to burn.
  const refusal = bearer === undefined ? refusalByWatermark(login, snapshot.record.notBefore, now) : undefined;
  if (refusal !== undefined) return refuseLogin(table, login, { ...refusal, marks });
  if (marks.hasEnded || marks.isBurnt) throw new LoginEndedError(remedyOf(login));
  return bearer === undefined ? {} : { bearer };
}
