/** express-session counts `originalMaxAge` anew from a clock that may have ticked: by a millisecond each time. */
const TICKS_MS = 20;

/**
 * The settings of a cookie, or those of before where they are the same but for such ticks: a use that changes nothing is not to look
 * like one that must be written.
 */
export function steadyCookie(before: string | undefined, now: string): string {
  if (before === undefined || before === now) return now;
  const [one, other] = [JSON.parse(before), JSON.parse(now)];
  const isTick = Math.abs(Number(one.originalMaxAge) - Number(other.originalMaxAge)) <= TICKS_MS;
  const isSame = JSON.stringify({ ...other, originalMaxAge: one.originalMaxAge }) === before;
  return isTick && isSame ? before : now;
}
