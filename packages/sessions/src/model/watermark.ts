/** Ending all sessions raises the watermark this far beyond now, for provider clocks that are a little fast. */
const NOT_BEFORE_MARGIN_SECONDS = 5;

/** `ended`: all sign-ins of that time were ended. `too_early`: within the margin, where a new sign-in cannot be told from an old one. */
export type WatermarkVerdict = 'open' | 'ended' | 'too_early';

/** What the watermark of a user (`UserRecord.notBefore`) says about a sign-in of this `auth_time`. Both are epoch seconds. */
export function judgeByWatermark(authTime: number, notBefore: number): WatermarkVerdict {
  if (authTime > notBefore) return 'open';
  return authTime <= notBefore - NOT_BEFORE_MARGIN_SECONDS ? 'ended' : 'too_early';
}

/** The watermark that ends every sign-in until now. */
export function notBeforeAt(nowSeconds: number): number {
  return nowSeconds + NOT_BEFORE_MARGIN_SECONDS;
}
