import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * What the logger writes by itself. It drops a field named like the first five, with a warning; one named like the others would
 * take the place of its own, or of the line's code.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/#standard-structured-keys
 */
type ReservedField =
  | 'level'
  | 'message'
  | 'sampling_rate'
  | 'service'
  | 'timestamp'
  | 'code'
  | 'cold_start'
  | 'function_arn'
  | 'function_memory_size'
  | 'function_name'
  | 'function_request_id'
  | 'tenant_id'
  | 'xray_trace_id';
type Fields = Readonly<Record<string, unknown>> & { readonly [name in ReservedField]?: never };

/** Structured log lines: a stable `code` for machines, a sentence for people, fields for both. Never a token or a secret. */
export interface Log {
  info(code: string, message: string, fields?: Fields): void;
  warn(code: string, message: string, fields?: Fields): void;
  error(code: string, message: string, fields?: Fields): void;
}

/** Counts things in CloudWatch's embedded metric format. */
export interface Meter {
  /** `value` of them, 1 where nothing is said. */
  count(metric: string, dimensions?: Readonly<Record<string, string>>, value?: number): void;
}

/** What a part of the system needs in order to be observed. */
export interface Telemetry {
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * JSON lines and embedded metrics by AWS Powertools, on standard output.
 * Service name, namespace and level come from the `POWERTOOLS_*` variables of the function.
 */
export function createTelemetry(logger = new Logger()): Telemetry {
  const metrics = new Metrics();
  const line = (level: 'info' | 'warn' | 'error') => (code: string, message: string, fields?: Fields) =>
    logger[level](message, { ...fields, code });
  return {
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        const single = metrics.singleMetric();
        single.addDimensions({ ...dimensions });
        single.addMetric(metric, MetricUnit.Count, value);
      },
    },
  };
}

const LENGTH = 8;

/** The beginning of an id, for a log: enough to find it again, too little to use it. */
export function logId(id: string): string {
  return id.slice(0, LENGTH);
}
