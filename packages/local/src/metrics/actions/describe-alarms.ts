import * as v from 'valibot';
import type { AlarmDefinition } from '../alarms/alarm.ts';
import type { Alarm } from '../alarms/create-alarms.ts';
import type { MetricQuery } from '../metric-queries.ts';
import { dimensionList, type MetricAction, nameSchema, pageOf, parseMetricInput } from './metric-action.ts';

const MAX_RECORDS = 100;
const inputSchema = v.strictObject({
  AlarmNames: v.optional(v.pipe(v.array(nameSchema), v.maxLength(MAX_RECORDS))),
  AlarmNamePrefix: v.optional(v.string(), ''),
  AlarmTypes: v.optional(v.array(v.picklist(['MetricAlarm', 'CompositeAlarm'])), ['MetricAlarm']),
  StateValue: v.optional(v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA'])),
  ActionPrefix: v.optional(v.string(), ''),
  MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_RECORDS)), MAX_RECORDS),
  NextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const describeAlarms: MetricAction = (input, { alarms }) => {
  const wanted = parseMetricInput(inputSchema, input);
  const found = alarms.list().filter(
    ({ definition: { name, actions }, state }) =>
      wanted.AlarmTypes.includes('MetricAlarm') &&
      (wanted.AlarmNames?.includes(name) ?? true) &&
      name.startsWith(wanted.AlarmNamePrefix) &&
      (wanted.StateValue === undefined || state === wanted.StateValue) &&
      (wanted.ActionPrefix === '' ||
        Object.values(actions)
          .flat()
          .some((arn) => arn.startsWith(wanted.ActionPrefix))),
  );
  const byName = found.toSorted(({ definition: one }, { definition: other }) => (one.name < other.name ? -1 : 1));
  const { page, next } = pageOf(byName, wanted.MaxRecords, wanted.NextToken);
  return { CompositeAlarms: [], MetricAlarms: page.map(shown), ...next };
};

function shown({ definition, state, reason, reasonData, sinceMs }: Alarm): object {
  const { actions } = definition;
  return {
    AlarmName: definition.name,
    AlarmArn: definition.arn,
    ...(definition.description === undefined ? {} : { AlarmDescription: definition.description }),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state,
    StateReason: reason,
    ...(reasonData === undefined ? {} : { StateReasonData: reasonData }),
    StateUpdatedTimestamp: sinceMs / 1000,
    StateTransitionedTimestamp: sinceMs / 1000,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.treatMissingData,
    ...metricsOf(definition),
  };
}

function metricsOf({ queries }: AlarmDefinition): object {
  const [only, ...others] = queries;
  if (only?.stat === undefined || others.length > 0) return { Metrics: queries.map(queryOf) };
  const { metric, statistic, periodMs, unit } = only.stat;
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: dimensionList(metric.dimensions),
    ...(statistic.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
    Period: periodMs / 1000,
    ...(unit === undefined ? {} : { Unit: unit }),
  };
}

function queryOf({ id, label, returnData, expression, stat }: MetricQuery): object {
  const labelled = { Id: id, ...(label === undefined ? {} : { Label: label }), ReturnData: returnData };
  if (stat === undefined) return { ...labelled, Expression: expression };
  const { namespace, name, dimensions } = stat.metric;
  return {
    ...labelled,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions: dimensionList(dimensions) },
      Period: stat.periodMs / 1000,
      Stat: stat.statistic,
      ...(stat.unit === undefined ? {} : { Unit: stat.unit }),
    },
  };
}
