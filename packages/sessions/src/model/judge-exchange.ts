/** When the person signed in, as the ID token of our own code exchange tells it, and what is kept against that. */
export interface ExchangeCase {
  /** By the provider's clock, epoch seconds; of a provider that tells none, its `iat`. */
  readonly authTime: number;
  /** When the ID token was issued, by the provider's clock. */
  readonly issuedAt: number;
  /** When the provider's answer came, by our clock. */
  readonly receivedAt: number;
  /** Whether the session at the provider is burnt. */
  readonly isBurnt: boolean;
  /** See `UserRecord`. */
  readonly notBefore: number;
  readonly reauthAfter: number;
  readonly loginMaxLifetimeSeconds: number;
}

/**
 * `leave_first`: the person must leave the provider's session and sign in again, which counts after `passesAt` (epoch seconds, our
 * clock).
 */
export type ExchangeVerdict =
  | { readonly verdict: 'open' }
  | { readonly verdict: 'leave_first'; readonly why: 'burnt' | 'ended' | 'too_old'; readonly passesAt: number };

/** Whole seconds are kept of a mark, and `iat` and `auth_time` are cut to them: together less than two. */
const ROUNDING_SECONDS = 2;

/**
 * Whether a code exchange may open a session. How long ago the person signed in is the difference of two times of the provider's
 * clock. So the verdict is by our clock alone, however wrong the provider's is.
 */
export function judgeExchange(exchange: ExchangeCase): ExchangeVerdict {
  const { isBurnt, notBefore, reauthAfter, receivedAt, loginMaxLifetimeSeconds } = exchange;
  const mark = Math.max(notBefore, reauthAfter === 0 ? 0 : reauthAfter + ROUNDING_SECONDS);
  const signedIn = signedInAt(exchange);
  const leaveFirst = (why: 'burnt' | 'ended' | 'too_old') => {
    return { verdict: 'leave_first', why, passesAt: Math.max(mark + 1, receivedAt) } as const;
  };
  if (isBurnt) return leaveFirst('burnt');
  if (signedIn <= mark) return leaveFirst('ended');
  return receivedAt - signedIn >= loginMaxLifetimeSeconds ? leaveFirst('too_old') : { verdict: 'open' };
}

/** When the person signed in, in epoch seconds of our clock. Never after the answer came, whatever the token says. */
export function signedInAt({
  authTime,
  issuedAt,
  receivedAt,
}: Pick<ExchangeCase, 'authTime' | 'issuedAt' | 'receivedAt'>): number {
  return receivedAt - Math.max(0, issuedAt - authTime);
}
