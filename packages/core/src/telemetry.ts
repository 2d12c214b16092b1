import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type RequestIds, requestIdsOf } from './request-ids.ts';

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

/** The telemetry of a function's handler. It is a Middy middleware too, and belongs before all others: `.use(telemetry)`. */
export interface HandlerTelemetry extends Telemetry {
  /** An invocation begins: from now on every line and every metric carries its {@link RequestIds}. */
  before(request: { readonly event: unknown; readonly context: unknown }): void;
}

/**
 * JSON lines and embedded metrics by AWS Powertools, on standard output.
 * Service name, namespace and level come from the `POWERTOOLS_*` variables of the function.
 */
export function createTelemetry(logger = new Logger()): HandlerTelemetry {
  const metrics = new Metrics();
  // An execution environment runs one invocation at a time, and no AWS call outlives its own. Powertools' `addContext` would add
  // the function's name, ARN and memory to each line: paid for by the byte, and told by the log group.
  let ids: RequestIds = {};
  const line = (level: 'info' | 'warn' | 'error') => (code: string, message: string, fields?: Fields) =>
    logger[level](message, { ...ids, ...fields, code });
  return {
    before({ event, context }) {
      ids = requestIdsOf(event, context);
    },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        const single = metrics.singleMetric();
        single.addDimensions({ ...dimensions });
        for (const [name, id] of Object.entries(ids)) single.addMetadata(name, id); // found with the lines, and no dimension
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
