import { Logger } from '@aws-lambda-powertools/logger';
import type { HandlerTelemetry } from '@cloakroom/core';
import { createEmbeddedMetrics, createTelemetry } from '@cloakroom/core/powertools';

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

interface RecordedGauge {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** Telemetry that keeps what it is told. */
export interface RecordedTelemetry extends HandlerTelemetry {
  readonly lines: RecordedLine[];
  readonly counts: RecordedCount[];
  readonly gauges: RecordedGauge[];
}

/** Lines are what the real logger writes, read back: a field that it drops or spoils is not there. */
export function recordTelemetry(): RecordedTelemetry {
  const lines: RecordedLine[] = [];
  const counts: RecordedCount[] = [];
  const gauges: RecordedGauge[] = [];
  const metrics = createEmbeddedMetrics({ namespace: 'Test', serviceName: 'test' });
  const { log, before } = createTelemetry(new KeptLogger({ lines, counts }), metrics);
  return {
    lines,
    counts,
    gauges,
    log,
    before,
    meter: {
      count(metric, dimensions = {}, value = 1) {
        counts.push({ metric, dimensions, ...(value === 1 ? {} : { value }) });
      },
      countLine({ metric, by = [] }, fields = {}) {
        counts.push({ metric, dimensions: Object.fromEntries(by.map((name) => [name, String(fields[name])])) });
      },
      gauge(metric, value, unit) {
        gauges.push({ metric, value, unit });
      },
    },
  };
}

type Kept = Pick<RecordedTelemetry, 'lines' | 'counts'>;

class KeptLogger extends Logger {
  readonly #kept: Kept;

  constructor(kept: Kept) {
    super({ logLevel: 'INFO' });
    this.#kept = kept;
  }

  protected override printLog(_level: number, item: Parameters<Logger['printLog']>[1]): void {
    item.prepareForPrint();
    const text = JSON.stringify(item.getAttributes(), this.getJsonReplacer());
    const { line, count } = parseLine(text);
    this.#kept.lines.push(line);
    if (count !== undefined) this.#kept.counts.push(count);
  }
}

interface EmbeddedMetric {
  readonly CloudWatchMetrics: readonly [
    { readonly Dimensions: readonly (readonly string[])[]; readonly Metrics: readonly [{ readonly Name: string }] },
  ];
}

/**
 * The line, and what it counts: by which fields, whatever their combinations.
 *
 * @throws Error for a line that has no code: the logger complains about what it was given
 */
function parseLine(text: string): { readonly line: RecordedLine; readonly count: RecordedCount | undefined } {
  const { level, code, message, timestamp, service, sampling_rate, _aws, ...members } = JSON.parse(text);
  if (code === undefined) throw new Error(`the logger says: ${message}`);
  const metric = metricOf(_aws);
  const fields = Object.fromEntries(Object.entries(members).filter(([name]) => name !== metric?.name));
  const line = { level: level.toLowerCase(), code, message, fields };
  if (metric === undefined) return { line, count: undefined };
  const dimensions = Object.fromEntries(metric.by.map((name) => [name, String(fields[name])]));
  return { line, count: { metric: metric.name, dimensions } };
}

function metricOf(embedded: EmbeddedMetric | undefined) {
  if (embedded === undefined) return undefined;
  const [{ Dimensions, Metrics: metrics }] = embedded.CloudWatchMetrics;
  return { name: metrics[0].Name, by: Dimensions.flat().filter((name) => name !== 'service') };
}
