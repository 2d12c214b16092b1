import { LIMITS, type Model, type ModelLogin, TIMES } from './model-fixture.ts';

/** What the rules say of a sign-in at a web app: see {@link Model}. What has to go for it is not yet ended by that. */
export function signInAtApp(model: Model, { id, sid }: Pick<ModelLogin, 'id' | 'sid'>): string {
  if (sid !== undefined && model.burnt.has(sid)) return 'LOGIN_ENDED';
  const active = model.placeTakers();
  if (active.length >= LIMITS.sessions && model.denies) return 'SESSION_LIMIT';
  const orderOf = (key: string) => model.sessions.get(key)?.order ?? 0;
  const oldest = active.toSorted((a, b) => orderOf(a) - orderOf(b))[0];
  if (active.length >= LIMITS.sessions && oldest !== undefined) model.endByApp(oldest, 'evicted');
  model.open({ id, auth: model.now, sid }, 'web', 0);
  return `open ${id}`;
}

/** A person signs out at the app. */
export function signOutAtApp(model: Model, id: string): string {
  if (!model.isActive(id)) return 'over';
  model.endByApp(id, 'logout');
  return 'out';
}

/** What is done for apps a moment later. */
export function followUp(model: Model): string {
  for (const [id, session] of [...model.sessions]) {
    if (session.endedByApp !== undefined) model.end(id, 'expired');
    else if (session.kind === 'web') session.ttl = session.absolute + TIMES.loginMax;
  }
  return 'followed up';
}
