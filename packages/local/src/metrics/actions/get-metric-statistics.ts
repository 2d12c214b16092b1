import * as v from 'valibot';
import { UNITS } from '../metric.ts';
import { parseStatistic } from '../statistic.ts';
import {
  dimensionsSchema,
  epochMsSchema,
  invalid,
  type MetricAction,
  nameSchema,
  parseMetricInput,
  periodMsSchema,
  periodsBetween,
} from './metric-action.ts';

const MAX_DATAPOINTS = 1440;
const inputSchema = v.strictObject({
  Namespace: nameSchema,
  MetricName: nameSchema,
  Dimensions: dimensionsSchema,
  StartTime: epochMsSchema,
  EndTime: epochMsSchema,
  Period: periodMsSchema,
  Statistics: v.optional(v.array(v.picklist(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])), []),
  ExtendedStatistics: v.optional(v.array(v.string()), []),
  Unit: v.optional(v.picklist(UNITS)),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics: MetricAction = (input, { metrics, nowMs }) => {
  const given = parseMetricInput(inputSchema, input);
  const metric = { namespace: given.Namespace, name: given.MetricName, dimensions: given.Dimensions };
  const names = [...given.Statistics, ...given.ExtendedStatistics];
  if (names.length === 0) throw invalid('Must specify either Statistics or ExtendedStatistics');
  const span = periodsBetween({ startMs: given.StartTime, endMs: given.EndTime, periodMs: given.Period }, nowMs);
  if (span.count > MAX_DATAPOINTS) throw invalid(`there would be more than ${MAX_DATAPOINTS} datapoints`);
  const computed = names.map((name) => ({ name, compute: requireStatistic(name) }));
  const units = given.Unit === undefined ? metrics.unitsOf(metric) : [given.Unit];
  const Datapoints = units.flatMap((Unit) =>
    metrics.read(metric, span, Unit).flatMap((aggregate, at) => {
      if (aggregate === undefined) return [];
      const values = computed.map(({ name, compute }) => [name, compute(aggregate)] as const);
      return [{ Timestamp: (span.startMs + at * span.periodMs) / 1000, Unit, ...membersOf(values) }];
    }),
  );
  return { Label: given.MetricName, Datapoints };
};

function requireStatistic(name: string) {
  return parseStatistic(name) ?? refuse(name);
}

function refuse(name: string): never {
  throw invalid(`the statistic ${name} is not run here`);
}

/** Percentiles stand by themselves. */
function membersOf(values: readonly (readonly [name: string, value: number | undefined])[]): object {
  const known = values.filter(([, value]) => value !== undefined);
  const extended = known.filter(([name]) => name.startsWith('p'));
  const simple = Object.fromEntries(known.filter(([name]) => !name.startsWith('p')));
  return extended.length === 0 ? simple : { ...simple, ExtendedStatistics: Object.fromEntries(extended) };
}
