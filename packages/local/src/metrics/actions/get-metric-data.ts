import * as v from 'valibot';
import { MathError } from '../math/parse-expression.ts';
import { UNITS } from '../metric.ts';
import { type MetricQuery, prepareQueries } from '../metric-queries.ts';
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

const MAX_QUERIES = 500;
const querySchema = v.strictObject({
  Id: v.string(),
  Label: v.optional(v.string()),
  ReturnData: v.optional(v.boolean(), true),
  Expression: v.optional(v.string()),
  Period: v.optional(periodMsSchema),
  MetricStat: v.optional(
    v.strictObject({
      Metric: v.strictObject({ Namespace: nameSchema, MetricName: nameSchema, Dimensions: dimensionsSchema }),
      Period: periodMsSchema,
      Stat: v.string(),
      Unit: v.optional(v.picklist(UNITS)),
    }),
  ),
});
const inputSchema = v.strictObject({
  MetricDataQueries: v.pipe(v.array(querySchema), v.minLength(1), v.maxLength(MAX_QUERIES)),
  StartTime: epochMsSchema,
  EndTime: epochMsSchema,
  ScanBy: v.optional(v.picklist(['TimestampAscending', 'TimestampDescending']), 'TimestampDescending'),
  // An answer holds all there is.
  MaxDatapoints: v.optional(v.number()),
});
type Query = v.InferOutput<typeof querySchema>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData: MetricAction = (input, { metrics, nowMs }) => {
  const { MetricDataQueries, StartTime: startMs, EndTime: endMs, ScanBy } = parseMetricInput(inputSchema, input);
  const queries = MetricDataQueries.map(queryOf);
  const prepared = prepare(queries);
  const periods = new Set(queries.flatMap(({ stat }) => stat?.periodMs ?? []));

  function result({ id, label, stat, expression }: MetricQuery): object {
    if (stat === undefined && periods.size > 1)
      throw invalid(`${id}: all metrics of expressions must have one period here`);
    const [periodMs = 0] = stat === undefined ? periods : [stat.periodMs];
    const span = periodsBetween({ startMs, endMs, periodMs }, nowMs);
    const points = prepared
      .series(id, span, metrics)
      .flatMap((value, at) => (value === undefined ? [] : [{ seconds: (span.startMs + at * periodMs) / 1000, value }]));
    if (ScanBy === 'TimestampDescending') points.reverse();
    return {
      Id: id,
      Label: label ?? stat?.metric.name ?? expression,
      Timestamps: points.map(({ seconds }) => seconds),
      Values: points.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  }
  return { MetricDataResults: queries.filter(({ returnData }) => returnData).map(result), Messages: [] };
};

function queryOf({
  Id: id,
  Label: label,
  ReturnData: returnData,
  Expression: expression,
  MetricStat,
}: Query): MetricQuery {
  if (MetricStat === undefined) return { id, label, returnData, expression };
  const { Metric, Period: periodMs, Stat: statistic, Unit: unit } = MetricStat;
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = Metric;
  return {
    id,
    label,
    returnData,
    expression,
    stat: { metric: { namespace, name, dimensions }, statistic, periodMs, unit },
  };
}

function prepare(queries: readonly MetricQuery[]) {
  try {
    return prepareQueries(queries);
  } catch (error) {
    if (error instanceof MathError) throw invalid(error.message);
    throw error;
  }
}
