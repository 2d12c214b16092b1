import { Logger } from '@aws-lambda-powertools/logger';
import { createTelemetry, type HandlerTelemetry } from '@cloakroom/core';

interface RecordedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly code: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface RecordedCount {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Absent for 1. */
  readonly value?: number;
}

/** Telemetry that keeps what it is told. */
export interface RecordedTelemetry extends HandlerTelemetry {
  readonly lines: RecordedLine[];
  readonly counts: RecordedCount[];
}

/** Lines are what the real logger writes, read back: a field that it drops or spoils is not there. */
export function recordTelemetry(): RecordedTelemetry {
  const lines: RecordedLine[] = [];
  const counts: RecordedCount[] = [];
  const { log, before } = createTelemetry(new KeptLogger(lines));
  return {
    lines,
    counts,
    log,
    before,
    meter: {
      count(metric, dimensions = {}, value = 1) {
        counts.push({ metric, dimensions, ...(value === 1 ? {} : { value }) });
      },
    },
  };
}

class KeptLogger extends Logger {
  readonly #lines: RecordedLine[];

  constructor(lines: RecordedLine[]) {
    super({ logLevel: 'INFO' });
    this.#lines = lines;
  }

  protected override printLog(_level: number, item: Parameters<Logger['printLog']>[1]): void {
    item.prepareForPrint();
    const text = JSON.stringify(item.getAttributes(), this.getJsonReplacer());
    this.#lines.push(parseLine(text));
  }
}

/** @throws Error for a line that has no code: the logger complains about what it was given */
function parseLine(text: string): RecordedLine {
  const { level, code, message, timestamp, service, sampling_rate, ...fields } = JSON.parse(text);
  if (code === undefined) throw new Error(`the logger says: ${message}`);
  return { level: level.toLowerCase(), code, message, fields };
}
