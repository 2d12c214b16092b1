/** The lines of one invocation: they go to the log as they come, and the last 4 KB are kept for the caller. */
export interface InvocationLog {
  /** A line of the function, or of Lambda. */
  line(message: string): void;
  start(requestId: string, version: string): void;
  /** Writes the END and REPORT lines. */
  report(facts: InvocationFacts): void;
  /** The last 4 KB, as `LogType: Tail` returns them. */
  tail(): string;
}

/** Times in milliseconds. */
interface InvocationFacts {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Set for the first invocation of an environment. */
  readonly initMs?: number | undefined;
  /** `timeout` or `error`, where it did not end well for Lambda itself. */
  readonly status?: 'timeout' | 'error' | undefined;
}

const TAIL_BYTES = 4096;

export function createInvocationLog(write: (message: string) => void): InvocationLog {
  let kept = '';
  function line(message: string): void {
    write(message);
    kept += `${message}\n`;
    if (kept.length > 4 * TAIL_BYTES) kept = kept.slice(-TAIL_BYTES);
  }
  return {
    line,
    start: (requestId, version) => line(`START RequestId: ${requestId} Version: ${version}`),
    report(facts) {
      line(`END RequestId: ${facts.requestId}`);
      line(reportLine(facts));
    },
    tail: () => (Buffer.byteLength(kept) <= TAIL_BYTES ? kept : Buffer.from(kept).subarray(-TAIL_BYTES).toString()),
  };
}

function reportLine({ requestId, durationMs, memoryMb, initMs, status }: InvocationFacts): string {
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
  ];
  return parts.join('\t');
}
