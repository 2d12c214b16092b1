import type { NowMs } from '@cloakroom/core';
import type { Answer } from './transport.ts';

/** AWS takes signatures of five minutes around its own time. */
const MAX_SKEW_MS = 4 * 60_000;
const REFUSALS = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** The time for signatures: the system's, put right by AWS's where that is minutes away. */
export interface SigningClock {
  nowMs(): number;
  /** Takes AWS's time from a refusal that speaks of the time; true when the request was signed minutes away from it. */
  correct(refusal: SkewRefusal): boolean;
}

interface SkewRefusal {
  /** AWS's word for it. */
  readonly code: string;
  readonly answer: Pick<Answer, 'headers'>;
  readonly signedAtMs: number;
}

export function createSigningClock(systemNowMs: NowMs): SigningClock {
  let offsetMs = 0;
  return {
    nowMs: () => systemNowMs() + offsetMs,
    correct({ code, answer: { headers }, signedAtMs }) {
      // An answer with an age was kept by a proxy: its date is old.
      if (!REFUSALS.has(code) || headers.age !== undefined) return false;
      const awsMs = Date.parse(String(headers.date));
      if (!(Math.abs(awsMs - signedAtMs) >= MAX_SKEW_MS)) return false;
      offsetMs = awsMs - systemNowMs();
      return true;
    },
  };
}
