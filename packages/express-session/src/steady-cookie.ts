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
  const isTick = Math.abs(msOf(one) - msOf(other)) <= TICKS_MS;
  const isSame = JSON.stringify({ ...other, originalMaxAge: one.originalMaxAge }) === before;
  return isTick && isSame ? before : now;
}

/** No number of one that ends with the browser, which is no tick away from any. */
function msOf({ originalMaxAge }: Settings): number {
  return typeof originalMaxAge === 'number' ? originalMaxAge : Number.NaN;
}

/** Undefined of what is no cookie: it is to be written anew. */
function parsed(text: string): Settings | undefined {
  try {
    return settingsOf(text);
  } catch {
    return undefined;
  }
}

type Settings = Readonly<Record<string, unknown>>;

/** What a stored text says of a cookie. @throws SyntaxError, TypeError for what is no cookie */
export function settingsOf(text: string): Settings {
  const settings: unknown = JSON.parse(text);
  if (isSettings(settings)) return settings;
  throw new TypeError('the cookie is no object');
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
