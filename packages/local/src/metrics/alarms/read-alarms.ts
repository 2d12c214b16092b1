import * as v from 'valibot';
import { StackError } from '../../base/errors.ts';
import { blocksOf, harmless, parseArguments } from '../../stack/parse-arguments.ts';
import type { ResolvedResource, ResolvedStack } from '../../stack/resolved-stack.ts';
import { MINUTE_MS, RETENTION_MS } from '../create-metric-store.ts';
import { MathError } from '../math/parse-expression.ts';
import { UNITS } from '../metric.ts';
import { type MetricQueries, type MetricQuery, prepareQueries } from '../metric-queries.ts';
import { type AlarmDefinition, COMPARISONS, type Comparison, MISSING_DATA } from './alarm.ts';
import { FURTHER_PERIODS } from './judge-alarm.ts';

/** Quotas of CloudWatch: metrics in an alarm, metrics and expressions together, and what an alarm tells. */
const [MAX_METRICS, MAX_QUERIES, MAX_ACTIONS] = [10, 20, 5];

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const period = v.pipe(v.number(), v.integer(), v.minValue(60), v.multipleOf(60, 'must be a multiple of 60 here'));
const actions = v.optional(v.pipe(v.array(v.string()), v.maxLength(MAX_ACTIONS)), []);
/** Arguments of one metric; the resource and its queries have them under slightly different names. */
const metric = {
  metric_name: text(255),
  namespace: text(255),
  period,
  unit: v.optional(v.picklist(UNITS)),
  dimensions: v.optional(v.pipe(v.record(text(255), text(1024)), v.maxEntries(30)), {}),
};
const querySchema = v.strictObject({
  id: v.string(),
  label: v.optional(v.string()),
  return_data: v.optional(v.boolean(), false),
  expression: v.optional(text(2048)),
  metric: blocksOf(v.strictObject({ ...metric, stat: v.string() })),
});
const alarmSchema = v.strictObject({
  alarm_name: text(255),
  alarm_description: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  arn: v.string(),
  comparison_operator: v.picklist(Object.keys(COMPARISONS) as Comparison[]),
  threshold: v.number('a threshold is needed: bands of anomalies are not run here'),
  evaluation_periods: count,
  datapoints_to_alarm: v.optional(count),
  treat_missing_data: v.optional(v.picklist(MISSING_DATA)),
  ...v.partial(v.object(metric)).entries,
  statistic: v.optional(v.picklist(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])),
  extended_statistic: v.optional(v.string()),
  metric_query: blocksOf(querySchema),
  actions_enabled: v.optional(v.boolean(), true),
  alarm_actions: actions,
  ok_actions: actions,
  insufficient_data_actions: actions,
  ...harmless('tags'),
});
type Arguments = v.InferOutput<typeof alarmSchema>;

/**
 * The alarms of the stack, held to the rules that AWS has for them.
 *
 * @throws StackError naming the argument that is not understood, or that AWS would refuse
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function readAlarms(stack: ResolvedStack): readonly AlarmDefinition[] {
  const alarms = stack
    .list('aws_cloudwatch_metric_alarm')
    .map((resource) => ({ resource, alarm: readAlarm(resource) }));
  for (const [at, { resource, alarm }] of alarms.entries()) {
    const first = alarms.findIndex(({ alarm: { name } }) => name === alarm.name);
    if (first !== at) refuse(resource, 'alarm_name', `${alarm.name} is the name of another alarm`);
  }
  return alarms.map(({ alarm }) => alarm);
}

function readAlarm(resource: ResolvedResource): AlarmDefinition {
  const given = parseArguments(resource, alarmSchema);
  const queries = given.metric_query.length > 0 ? severalOf(resource, given) : [singleOf(resource, given)];
  const prepared = prepare(resource, queries);
  const periodMs = periodOf(resource, queries);
  const evaluationPeriods = given.evaluation_periods;
  const datapointsToAlarm = given.datapoints_to_alarm ?? evaluationPeriods;
  if (datapointsToAlarm > evaluationPeriods) {
    refuse(resource, 'datapoints_to_alarm', `must not be more than the ${evaluationPeriods} evaluation_periods`);
  }
  if ((evaluationPeriods + FURTHER_PERIODS) * periodMs > RETENTION_MS) {
    const kept = `${RETENTION_MS / MINUTE_MS} minutes are kept here, and it looks at ${FURTHER_PERIODS} periods more`;
    refuse(resource, 'evaluation_periods', `of ${periodMs / 1000} s look further back than metrics are kept: ${kept}`);
  }
  return {
    name: given.alarm_name,
    arn: given.arn,
    description: given.alarm_description,
    comparison: given.comparison_operator,
    threshold: given.threshold,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: given.treat_missing_data ?? missingDataBy(queries),
    periodMs,
    queries,
    prepared,
    compared: queries.find(({ returnData }) => returnData)?.id ?? '',
    actionsEnabled: given.actions_enabled,
    actions: {
      ALARM: given.alarm_actions,
      OK: given.ok_actions,
      INSUFFICIENT_DATA: given.insufficient_data_actions,
    },
  };
}

/** Alarms over metrics of DynamoDB stay what they are where nothing else is said. */
function missingDataBy(queries: readonly MetricQuery[]): 'ignore' | 'missing' {
  return queries.some(({ stat }) => stat?.metric.namespace === 'AWS/DynamoDB') ? 'ignore' : 'missing';
}

function singleOf(resource: ResolvedResource, given: Arguments): MetricQuery {
  const { metric_name: name, namespace, period: seconds, dimensions, unit, statistic, extended_statistic } = given;
  if (name === undefined || namespace === undefined || seconds === undefined) {
    return refuse(resource, 'metric_name', 'a namespace and a period are needed, or metric_query instead of them');
  }
  if ((statistic === undefined) === (extended_statistic === undefined)) {
    return refuse(resource, 'statistic', 'either this or extended_statistic is needed');
  }
  const stat = statistic ?? extended_statistic ?? '';
  const metricOf = { namespace, name, dimensions: dimensions ?? {} };
  return { id: 'm1', returnData: true, stat: { metric: metricOf, statistic: stat, periodMs: seconds * 1000, unit } };
}

function severalOf(resource: ResolvedResource, given: Arguments): readonly MetricQuery[] {
  const { metric_query: queries } = given;
  const single = (
    ['metric_name', 'namespace', 'period', 'statistic', 'extended_statistic', 'unit', 'dimensions'] as const
  ).find((name) => given[name] !== undefined);
  if (single !== undefined) refuse(resource, single, 'stands in metric_query where there is one');
  const metrics = queries.filter(({ metric: blocks }) => blocks.length > 0).length;
  if (metrics > MAX_METRICS)
    refuse(resource, 'metric_query', `an alarm has at most ${MAX_METRICS} metrics, not ${metrics}`);
  if (queries.length > MAX_QUERIES) refuse(resource, 'metric_query', `there are at most ${MAX_QUERIES} of them`);
  if (queries.filter(({ return_data }) => return_data).length !== 1) {
    refuse(resource, 'metric_query', 'exactly one must have return_data = true');
  }
  return queries.map(({ id, label, return_data: returnData, expression, metric: [of] }) => ({
    id,
    label,
    returnData,
    expression,
    stat: of && {
      metric: { namespace: of.namespace, name: of.metric_name, dimensions: of.dimensions },
      statistic: of.stat,
      periodMs: of.period * 1000,
      unit: of.unit,
    },
  }));
}

function prepare(resource: ResolvedResource, queries: readonly MetricQuery[]): MetricQueries {
  try {
    return prepareQueries(queries);
  } catch (error) {
    if (error instanceof MathError) return refuse(resource, 'metric_query', error.message);
    throw error;
  }
}

/** One for all: whatever is compared comes from a metric in the end. */
function periodOf(resource: ResolvedResource, queries: readonly MetricQuery[]): number {
  const [first = MINUTE_MS, ...others] = new Set(queries.flatMap(({ stat }) => stat?.periodMs ?? []));
  return others.length === 0 ? first : refuse(resource, 'metric_query', 'all metrics must have the same period here');
}

function refuse({ address }: ResolvedResource, argument: string, problem: string): never {
  throw new StackError(`resource.${address}.${argument}`, problem);
}
