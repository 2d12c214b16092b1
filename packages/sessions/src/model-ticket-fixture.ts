import { LIMITS, type Model, type ModelLogin, TIMES } from './model-fixture.ts';

/**
 * What the rules say of a code exchange of this moment, in which the provider asked nothing: see {@link Model}. `replaces`: the ticket that
 * the browser has.
 */
export function openTicket(model: Model, login: ModelLogin, replaces: string): string {
  const { id, auth, sid } = login;
  if (sid !== undefined && model.burnt.has(sid)) return 'burnt';
  if (auth <= Math.max(model.notBefore, model.reauthAfter + 2)) return 'ended';
  if (model.now - auth >= TIMES.loginMax) return 'too_old';
  const replaced = model.isActive(replaces) ? model.sessions.get(replaces) : undefined;
  const others = model.placeTakers().filter((key) => key !== replaces);
  if (others.length >= LIMITS.sessions && model.denies) return 'SESSION_LIMIT';
  model.end(replaces, replaced === undefined ? 'expired' : 'replaced');
  model.makeRoom(others, sid);
  model.open(login, 'ticket', replaced !== undefined && replaced.data > 0 ? replaced.data : 0);
  return `open ${id}`;
}
