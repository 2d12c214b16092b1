import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import { createEmbeddedMetrics } from './embedded-metrics.ts';
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

/** What a log line counts: `metric` goes up by one, for the function, and for it by each of these fields of the line alone. */
export interface Count {
  readonly metric: string;
  /** Fields with few values: each value of each field is a CloudWatch metric, and costs. A field that the line lacks counts as `other`. */
  readonly by?: readonly string[];
}

/** Writes a line. One that counts is a log line and a metric in one: paid for once, and counted whatever the level. */
type WriteLine = (code: string, message: string, fields?: Fields, count?: Count) => void;

/** Structured log lines: a stable `code` for machines, a sentence for people, fields for both. Never a token or a secret. */
export interface Log {
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
}

/** Counts what has no log line of its own, in CloudWatch's embedded metric format. */
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
export function createTelemetry(logger = new Logger(), metrics = createEmbeddedMetrics()): HandlerTelemetry {
  // An execution environment runs one invocation at a time, and no AWS call outlives its own. Powertools' `addContext` would add
  // the function's name, ARN and memory to each line: paid for by the byte, and told by the log group.
  let ids: RequestIds = {};
  const line =
    (level: 'info' | 'warn' | 'error'): WriteLine =>
    (code, message, fields = {}, count) => {
      const counted = count && { metric: count.metric, value: 1, dimensionSets: dimensionSets(fields, count) };
      const isWritten = logger.level <= THRESHOLDS[level];
      if (counted !== undefined && !isWritten) metrics.write(counted, { ...ids });
      const members = counted !== undefined && isWritten ? metrics.embed(counted) : {};
      logger[level](message, { ...ids, ...fields, code, ...members });
    };
  return {
    before({ event, context }) {
      ids = requestIdsOf(event, context);
    },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        metrics.write({ metric, value, dimensionSets: [dimensions] }, { ...ids });
      },
    },
  };
}

const THRESHOLDS = { info: LogLevelThreshold.INFO, warn: LogLevelThreshold.WARN, error: LogLevelThreshold.ERROR };

function dimensionSets(fields: Fields, { by = [] }: Count): Readonly<Record<string, string>>[] {
  return [{}, ...by.map((name) => ({ [name]: String(fields[name] ?? 'other') }))];
}

const LENGTH = 8;

/** The beginning of an id, for a log: enough to find it again, too little to use it. */
export function logId(id: string): string {
  return id.slice(0, LENGTH);
}
