import type { Login } from '@cloakroom/core';
import type { CreationDecision } from '../model/decide-creation.ts';
import { LoginEndedError } from '../model/errors.ts';
import { remedyOf } from '../model/remedy.ts';
import type { Session } from '../model/session.ts';
import { tryToBurn } from '../table/burn.ts';
import { tryToEnd } from '../table/end-session.ts';
import type { LoginMarks } from '../table/login-end.ts';
import type { SessionTable } from '../table/table.ts';

type Refusal = CreationDecision & { do: 'refuse' } & { readonly marks: LoginMarks };

/** It burns before it answers. Undefined when a transaction was in the way. */
export async function refuseLogin(
  table: SessionTable,
  login: Login,
  { error, burns, marks }: Refusal,
): Promise<undefined> {
  const burning = { kind: 'bearer', ...login } as const;
  if (burns && !marks.isBurnt && (await tryToBurn(table, burning)) === undefined) return undefined;
  throw marks.hasEnded || marks.isBurnt ? new LoginEndedError(remedyOf(login)) : error;
}

/** The login's session has expired, and nobody had noticed. It ends now, and the login with it. */
export async function expireLogin(table: SessionTable, login: Login, session: Session): Promise<undefined> {
  const outcome = await tryToEnd(table, { session, reason: 'expired' });
  if (outcome === 'ended') throw new LoginEndedError(remedyOf(login));
  return undefined; // used or ended by somebody else, or others were at it: look again
}
