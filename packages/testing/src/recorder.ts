import type { Telemetry } from '@cloakroom/core';

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
export interface RecordedTelemetry extends Telemetry {
  readonly lines: RecordedLine[];
  readonly counts: RecordedCount[];
}

export function recordTelemetry(): RecordedTelemetry {
  const lines: RecordedLine[] = [];
  const counts: RecordedCount[] = [];
  const line =
    (level: RecordedLine['level']) =>
    (code: string, message: string, fields: RecordedLine['fields'] = {}) => {
      lines.push({ level, code, message, fields });
    };
  return {
    lines,
    counts,
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        counts.push({ metric, dimensions, ...(value === 1 ? {} : { value }) });
      },
    },
  };
}
