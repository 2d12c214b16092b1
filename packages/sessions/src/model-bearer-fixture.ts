import { LIMITS, type Model, type ModelLogin, TIMES } from './model-fixture.ts';

/** What the rules say of a login that wants its session: see {@link Model}. */
export function createBearer(model: Model, login: ModelLogin): string {
  const { id, auth, sid } = login;
  if (model.isActive(id)) return 'existing';
  if (model.sessions.has(id)) {
    model.end(id, 'expired');
    return 'LOGIN_ENDED';
  }
  const marks = [isEnded(model, id), isBurnt(model, sid)];
  if (burnsAtCreation(model, login)) model.burn({ kind: 'bearer', auth, sid });
  if (marks.includes(true) || model.now - auth >= TIMES.loginMax) return 'LOGIN_ENDED';
  if (auth <= model.notBefore) return auth <= model.notBefore - TIMES.margin ? 'LOGIN_ENDED' : 'SIGN_IN_TOO_EARLY';
  const active = model.placeTakers();
  const others = active.filter((key) => model.sessions.get(key)?.kind !== 'web');
  if (others.length > 0 && model.now - auth > TIMES.fresh) return 'SESSION_REQUIRED';
  if (active.length >= LIMITS.sessions && model.denies) return 'SESSION_LIMIT';
  if (model.creations.filter((at) => model.now - at < TIMES.hour).length >= LIMITS.creations) return 'RATE_LIMITED';
  model.makeRoom(active);
  model.creations.push(model.now);
  model.open(login, 'bearer', 0);
  return 'created';
}

/** Whether the watermark refuses it, so that its provider session is burnt if it is not yet. */
export function burnsAtCreation(model: Model, { id, auth, sid }: ModelLogin): boolean {
  const isRefused = !model.sessions.has(id) && auth <= model.notBefore - TIMES.margin;
  return isRefused && model.now - auth < TIMES.loginMax && sid !== undefined && !model.burnt.has(sid);
}

/** Whoever asks for it keeps the mark from being collected. */
function isEnded({ ended, now }: Model, id: string): boolean {
  const found = ended.get(id);
  const isDue = found !== undefined && found.ttl < now + TIMES.loginMax / 2;
  if (isDue) ended.set(id, { ...found, ttl: now + TIMES.loginMax });
  return found !== undefined;
}

function isBurnt({ burnt, now }: Model, sid: string | undefined): boolean {
  const ttl = sid === undefined ? undefined : burnt.get(sid);
  if (sid === undefined || ttl === undefined) return false;
  if (ttl < now + TIMES.loginMax / 2) burnt.set(sid, now + TIMES.loginMax);
  return true;
}
