import * as v from 'valibot';
import { type Aggregate, aggregateOf } from '../aggregate.ts';
import { NO_UNIT, UNITS } from '../metric.ts';
import {
  dimensionsSchema,
  epochMsSchema,
  invalid,
  type MetricAction,
  nameSchema,
  parseMetricInput,
} from './metric-action.ts';

const [MAX_DATA, MAX_VALUES] = [1000, 150];
const value = v.pipe(v.number(), v.finite());
const count = v.pipe(value, v.minValue(0));
const datumSchema = v.strictObject({
  MetricName: nameSchema,
  Dimensions: dimensionsSchema,
  Timestamp: v.optional(epochMsSchema),
  Value: v.optional(value),
  Values: v.optional(v.pipe(v.array(value), v.minLength(1), v.maxLength(MAX_VALUES))),
  Counts: v.optional(v.array(count)),
  StatisticValues: v.optional(v.strictObject({ SampleCount: count, Sum: value, Minimum: value, Maximum: value })),
  Unit: v.optional(v.picklist(UNITS), NO_UNIT),
  // Everything is kept by the minute here.
  StorageResolution: v.optional(v.picklist([1, 60])),
});
const inputSchema = v.strictObject({
  Namespace: v.pipe(nameSchema, v.regex(/^(?!AWS\/)[\w./#:-]+$/, 'is invalid; those of AWS begin with AWS/')),
  MetricData: v.pipe(v.array(datumSchema), v.minLength(1), v.maxLength(MAX_DATA)),
  StrictEntityValidation: v.optional(v.boolean()),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData: MetricAction = (input, { metrics }) => {
  const { Namespace: namespace, MetricData } = parseMetricInput(inputSchema, input);
  const measured = MetricData.map((datum, at) => ({ datum, aggregate: aggregateIn(datum, at) }));
  for (const [at, { datum, aggregate }] of measured.entries()) {
    const { MetricName: name, Dimensions: dimensions, Timestamp: timestampMs, Unit: unit } = datum;
    const details = timestampMs === undefined ? { unit } : { unit, timestampMs };
    if (!metrics.put({ namespace, name, dimensions }, aggregate, details)) {
      throw invalid(`MetricData.${at}.Timestamp: three hours back and two ahead is what is kept here`);
    }
  }
  return {};
};

function aggregateIn(
  { Value, Values, Counts, StatisticValues }: v.InferOutput<typeof datumSchema>,
  at: number,
): Aggregate {
  if ([Value, Values, StatisticValues].filter((one) => one !== undefined).length !== 1) {
    throw invalid(`MetricData.${at}: exactly one of Value, Values and StatisticValues is needed`);
  }
  if (Counts !== undefined && Counts.length !== Values?.length) {
    throw invalid(`MetricData.${at}.Counts: there must be as many as Values`);
  }
  if (StatisticValues === undefined) return aggregateOf(Values ?? [Value ?? 0], Counts);
  const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
  return { count: SampleCount, sum: Sum, min: Minimum, max: Maximum, distribution: undefined };
}
