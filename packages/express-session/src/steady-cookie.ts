/** express-session counts `originalMaxAge` anew from a clock that may have ticked: by a millisecond each time. */
const TICKS_MS = 20;

/**
 * The settings of a cookie, or those of before where they are the same but for such ticks: a use that changes nothing is not to look
 * like one that must be written.
 */
export function steadyCookie(before: string | undefined, now: string): string {
  if (before === undefined || before === now) return now;
  const [one, other] = [parsed(before), parsed(now)];
  if (one === undefined || other === undefined) return now;
  const isTick = Math.abs(Number(one.originalMaxAge) - Number(other.originalMaxAge)) <= TICKS_MS;
  const isSame = JSON.stringify({ ...other, originalMaxAge: one.originalMaxAge }) === before;
  return isTick && isSame ? before : now;
}

/** Undefined of what is no cookie: it is to be written anew. */
function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const settings: unknown = JSON.parse(text);
    return isSettings(settings) ? settings : undefined;
  } catch {
    return undefined;
  }
}

export function isSettings(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
