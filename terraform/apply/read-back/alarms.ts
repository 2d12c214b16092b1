import {
  type Dimension,
  GetDashboardCommand,
  type MetricAlarm,
  paginateDescribeAlarms,
  paginateListDashboards,
} from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told } from './plain.ts';

/** Every alarm, by its name: when it fires, by what, and whom it tells when it does and when it is over. */
export async function readAlarms({ cloudWatch }: AwsClients, names: Names): Promise<Plain> {
  const all = await collect(paginateDescribeAlarms({ client: cloudWatch }, {}), ({ MetricAlarms }) => MetricAlarms);
  // Application Auto Scaling makes these for what it follows, and takes them away with it.
  const alarms = all.filter(({ AlarmName }) => AlarmName?.startsWith('TargetTracking-') !== true);
  for (const { AlarmArn, AlarmName } of alarms) names.add(AlarmArn, `alarm ${names.short(AlarmName)}`);
  return byName(alarms, ({ AlarmName }) => names.short(AlarmName), settingsOf);
}

function settingsOf(alarm: MetricAlarm): Plain {
  const { ComparisonOperator, Threshold, DatapointsToAlarm, EvaluationPeriods, TreatMissingData } = alarm;
  const math = alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression;
  return {
    fires: `${ComparisonOperator} ${Threshold}, ${DatapointsToAlarm} of ${EvaluationPeriods}, missing is ${TreatMissingData}`,
    ...(math === undefined ? {} : { math }),
    of: metricsOf(alarm),
    tells: [...(alarm.AlarmActions ?? []), ...(alarm.OKActions ?? []).map((arn) => `${arn} when it is over`)],
    isOn: alarm.ActionsEnabled,
    runbook: alarm.AlarmDescription?.split(' ').at(-1),
  };
}

/** `id: Sum of cloakroom-prod AuthorizerErrors (service authorizer), 60 s` */
function metricsOf({ Metrics = [], ...only }: MetricAlarm): readonly string[] {
  if (Metrics.length === 0) {
    return [
      tell(only.Statistic ?? only.ExtendedStatistic, only.Namespace, only.MetricName, only.Dimensions, only.Period),
    ];
  }
  return Metrics.flatMap(({ Id, MetricStat }) => {
    if (MetricStat === undefined) return [];
    const { Stat, Metric: { Namespace, MetricName, Dimensions } = {}, Period } = MetricStat;
    return [`${Id}: ${tell(Stat, Namespace, MetricName, Dimensions, Period)}`];
  });
}

function tell(
  statistic: string | undefined,
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly Dimension[] = [],
  period: number | undefined,
): string {
  const by = dimensions.map(({ Name, Value }) => `${Name} ${Value}`).sort();
  return `${statistic} of ${namespace} ${name} (${by.join(', ')}), ${period} s`;
}

/** The titles of the graphs of every dashboard, by its name. */
export async function readDashboards({ cloudWatch }: AwsClients): Promise<Plain> {
  const pages = paginateListDashboards({ client: cloudWatch }, {});
  const dashboards = await collect(pages, ({ DashboardEntries }) => DashboardEntries);
  const read = await Promise.all(
    dashboards.map(async ({ DashboardName }) => {
      const { DashboardBody } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
      const { widgets } = JSON.parse(told(DashboardBody)) as {
        widgets: { properties: { title?: string; alarms?: string[] } }[];
      };
      return { name: told(DashboardName), widgets: widgets.map(({ properties }) => properties) };
    }),
  );
  return byName(
    read,
    ({ name }) => name,
    ({ widgets }) => ({
      alarms: widgets.flatMap(({ alarms = [] }) => alarms).sort(),
      graphs: widgets.flatMap(({ title, alarms }) => (title === undefined || alarms !== undefined ? [] : [title])),
    }),
  );
}
