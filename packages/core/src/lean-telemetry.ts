import { Console } from 'node:console';
import * as v from 'valibot';
import { describeError } from './describe-error.ts';
import { embeddedMetric, type Measured } from './embedded-metric.ts';
import { readEnv } from './env.ts';
import { type RequestIds, requestIdsOf } from './request-ids.ts';
import { type Count, dimensionSets, type Fields, type HandlerTelemetry, type WriteLine } from './telemetry.ts';

const word = v.pipe(v.optional(v.string(), ''), v.trim());

/** The variables of AWS Powertools and of Lambda that say how a function's lines are named and filtered. */
const telemetryEnv = {
  AWS_LAMBDA_LOG_LEVEL: word,
  LOG_LEVEL: word,
  POWERTOOLS_LOG_LEVEL: word,
  POWERTOOLS_METRICS_DISABLED: word,
  POWERTOOLS_METRICS_NAMESPACE: word,
  POWERTOOLS_SERVICE_NAME: word,
};

/** Powertools' levels. FATAL is Lambda's word for CRITICAL. */
const THRESHOLDS = new Map(
  Object.entries({ TRACE: 6, DEBUG: 8, INFO: 12, WARN: 16, ERROR: 20, CRITICAL: 24, FATAL: 24, SILENT: 28 }),
);
const INFO = 12;
const TRACE_ROOT = /(?:^|;)Root=([^;=]*)/;
const TRUE = /^(?:1|y|yes|t|true|on)$/i;

interface LeanOptions {
  /** The function's own, unless others are given. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** A console of standard output and standard error, unless another is given. */
  readonly console?: Pick<Console, 'error' | 'info' | 'log' | 'warn'>;
}

/**
 * The lines that AWS Powertools would write, by the same variables, of one `JSON.stringify` each: for a function where every
 * microsecond counts. `POWERTOOLS_DEV` and its debug sampling are not followed, and an error in a field is told as `describeError` does.
 *
 * Lines go to the process's own streams and not to the console, which Lambda has replaced by one that adds time, id and level.
 */
export function createLeanTelemetry({ variables, console = ownConsole() }: LeanOptions = {}): HandlerTelemetry {
  const env = readEnv(telemetryEnv, variables);
  const service = env.POWERTOOLS_SERVICE_NAME || 'service_undefined';
  const namespace = env.POWERTOOLS_METRICS_NAMESPACE || 'default_namespace';
  const threshold = thresholdOf(env);
  const isMetering = !TRUE.test(env.POWERTOOLS_METRICS_DISABLED);
  // An execution environment runs one invocation at a time, and no AWS call outlives its own.
  let ids: RequestIds = {};
  let traceId = readTraceId(variables);

  function write(measured: Measured): void {
    if (!isMetering) return;
    console.log(toJson({ ...ids, service, ...embeddedMetric(namespace, measured, Date.now()) }));
  }
  function countLine(count: Count, fields: Fields = {}): void {
    write({ metric: count.metric, value: 1, dimensionSets: dimensionSets(fields, count) });
  }
  const line = (method: 'info' | 'warn' | 'error'): WriteLine => {
    const level = method.toUpperCase();
    const isWritten = threshold <= (THRESHOLDS.get(level) ?? 0);
    return (code, message, fields = {}, count) => {
      if (!isWritten) {
        if (count !== undefined) countLine(count, fields);
        return;
      }
      const now = new Date();
      const members: Record<string, unknown> = {
        level,
        message: withoutEmpty(message),
        timestamp: now.toISOString(),
        service,
        sampling_rate: 0,
        xray_trace_id: withoutEmpty(traceId),
        ...ids,
      };
      for (const name of Object.keys(fields)) members[name] = withoutEmpty(fields[name]);
      members.code = withoutEmpty(code);
      if (count !== undefined) {
        const counted = { metric: count.metric, value: 1, dimensionSets: dimensionSets(fields, count) };
        Object.assign(members, embeddedMetric(namespace, counted, now.getTime()));
      }
      console[method](toJson(members));
    };
  };
  return {
    before({ event, context }) {
      ids = requestIdsOf(event, context);
      traceId = readTraceId(variables);
    },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        write({ metric, value, dimensionSets: [dimensions] });
      },
      countLine,
      gauge(metric, value, unit) {
        write({ metric, value, unit, dimensionSets: [{}] });
      },
    },
  };
}

function ownConsole(): Console {
  return new Console({ stdout: process.stdout, stderr: process.stderr });
}

/** Lambda's own setting, then the function's. */
function thresholdOf(env: Readonly<Record<'AWS_LAMBDA_LOG_LEVEL' | 'LOG_LEVEL' | 'POWERTOOLS_LOG_LEVEL', string>>) {
  const named = env.POWERTOOLS_LOG_LEVEL || env.LOG_LEVEL;
  return THRESHOLDS.get(env.AWS_LAMBDA_LOG_LEVEL) ?? (named === 'FATAL' ? undefined : THRESHOLDS.get(named)) ?? INFO;
}

/**
 * The `Root` of `Root=…;Parent=…;Sampled=…`. Lambda sets the variable anew for each invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
// biome-ignore lint/style/noProcessEnv: it is no configuration, and no reading at start could have it
function readTraceId({ _X_AMZN_TRACE_ID: header }: NodeJS.ProcessEnv = process.env): string | undefined {
  const trimmed = header?.trim();
  if (trimmed === undefined || !trimmed.includes('=')) return trimmed;
  return TRACE_ROOT.exec(trimmed)?.[1];
}

/** A field without a value is not written, nor paid for. */
function withoutEmpty(value: unknown): unknown {
  if (value === '' || value === null) return undefined;
  return value instanceof Error ? describeError(value) : value;
}

function toJson(members: object): string {
  try {
    return JSON.stringify(members);
  } catch {
    return JSON.stringify(members, jsonReplacer());
  }
}

/** Whatever a field holds, the line is written: a BigInt as text, and nothing of an object within itself. */
function jsonReplacer() {
  const ancestors: unknown[] = [];
  return function (this: unknown, _name: string, value: unknown): unknown {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    if (ancestors.includes(value)) return undefined;
    ancestors.push(value);
    return value;
  };
}
