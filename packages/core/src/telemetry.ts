/**
 * What the logger writes by itself. Powertools' drops a field named like the first five, with a warning; one named like the others
 * would take the place of its own, or of the line's code.
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
export type Fields = Readonly<Record<string, unknown>> & { readonly [name in ReservedField]?: never };

/** What a log line counts: `metric` goes up by one, for the function, and for it by each of these fields of the line alone. */
export interface Count {
  readonly metric: string;
  /** Fields with few values: each value of each field is a CloudWatch metric, and costs. A field that the line lacks counts as `other`. */
  readonly by?: readonly string[];
}

/** Writes a line. One that counts is a log line and a metric in one: paid for once, and counted whatever the level. */
export type WriteLine = (code: string, message: string, fields?: Fields, count?: Count) => void;

/** Structured log lines: a stable `code` for machines, a sentence for people, fields for both. Never a token or a secret. */
export interface Log {
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
}

/** Counts and measures what has no log line of its own, in CloudWatch's embedded metric format. */
export interface Meter {
  /** `value` of them, 1 where nothing is said. */
  count(metric: string, dimensions?: Readonly<Record<string, string>>, value?: number): void;
  /** Counts as a line with these fields would, of a line that is left out. */
  countLine(count: Count, fields?: Fields): void;
  /** How much of something there is now, for the function. */
  gauge(metric: string, value: number, unit: GaugeUnit): void;
}

/** Of the units that CloudWatch knows. */
export type GaugeUnit = 'Seconds';

/** What a part of the system needs in order to be observed. */
export interface Telemetry {
  readonly log: Log;
  readonly meter: Meter;
}

/** The telemetry of a function's handler. It is a Middy middleware too, and belongs before all others: `.use(telemetry)`. */
export interface HandlerTelemetry extends Telemetry {
  /** An invocation begins: from now on every line and every metric carries its request ids. */
  before(request: { readonly event: unknown; readonly context: unknown }): void;
}

/** What a count is counted by: each set makes a CloudWatch metric of its own beside the others; `{}` the one of the whole function. */
export type Dimensions = Readonly<Record<string, string>>;

/** A dimension's value must not be blank: what a line lacks is `other`. */
export function dimensionSets(fields: Fields, { by = [] }: Count): readonly Dimensions[] {
  return [{}, ...by.map((name) => ({ [name]: dimensionOf(fields[name]) }))];
}

function dimensionOf(value: unknown): string {
  const text = String(value ?? '');
  return text.trim() === '' ? 'other' : text;
}

const LENGTH = 8;

/** The beginning of an id, for a log: enough to find it again, too little to use it. */
export function logId(id: string): string {
  return id.slice(0, LENGTH);
}
