/** Provider clocks may be a few seconds fast, and the watermark allows for that. Ours must not use it up. */
const MOST_APART_MS = 2000;

export interface Clocks {
  readonly nowMs: () => number;
  /** The time that AWS tells, in epoch milliseconds, to the second; undefined when it told none. */
  readonly awsNowMs: () => Promise<number | undefined>;
}

/**
 * The watermark is set by the clock of this machine: were it slow, it would let in who signed in last.
 *
 * @throws Error when it is not AWS's time, or that cannot be known
 */
export async function holdClock({ nowMs, awsNowMs }: Clocks): Promise<void> {
  const before = nowMs();
  const told = await awsNowMs();
  const after = nowMs();
  if (told === undefined)
    throw new Error('AWS did not tell the time, so the clock of this machine cannot be held to it');
  // The header has whole seconds, and the answer took a while.
  const slowMs = told - after;
  const fastMs = before - (told + 999);
  if (slowMs <= MOST_APART_MS && fastMs <= MOST_APART_MS) return;
  const apart = `${Math.round(Math.max(slowMs, fastMs) / 1000)} s ${slowMs > fastMs ? 'behind' : 'ahead of'}`;
  throw new Error(`the clock of this machine is ${apart} AWS's: set it right (by NTP), and go on with --resume`);
}

/** Of a response of AWS: its `Date` (RFC 9110 §6.6.1). */
export async function askTime(endpoint: string): Promise<number | undefined> {
  const { headers } = await fetch(endpoint, { signal: AbortSignal.timeout(10_000) });
  const told = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(told) ? undefined : told;
}
