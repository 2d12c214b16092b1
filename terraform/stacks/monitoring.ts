import { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import { Alarm } from '../modules/monitoring/alarm.ts';
import { AlarmTopic } from '../modules/monitoring/alarm-topic.ts';
import { Dashboard } from '../modules/monitoring/dashboard.ts';
import type { AlarmSpec } from './alarms/alarm-spec.ts';
import { alarmsOf, thresholdField } from './alarms/index.ts';
import { dashboardOf } from './dashboard/index.ts';
import { PERIOD_SECONDS } from './dashboard/lines.ts';
import type { Watched } from './watched.ts';

type Alarms = NonNullable<Environment['alarms']>;

export interface Monitoring {
  readonly topicArn: string;
  readonly dashboardName: string;
}

interface MonitoringProps {
  /** What every name in AWS begins with. */
  readonly prefix: string;
  readonly environment: Environment;
  readonly watched: Watched;
}

/** The alarms of an environment, the topic that they tell, and the dashboard; nothing where `alarms` is absent. */
export function addMonitoring(
  scope: Construct,
  { prefix, environment, watched }: MonitoringProps,
): Monitoring | undefined {
  const { alarms, region } = environment;
  if (alarms === undefined) return undefined;
  const { notify } = alarms;
  const monitoring = new Construct(scope, 'monitoring');
  const topic = new AlarmTopic(monitoring, 'alarms', {
    name: `${prefix}-alarms`,
    description: `${prefix}: the alarms`,
    region,
    alarmPrefix: `${prefix}-`,
    notify,
  });
  const common = { prefix, alarms, watched, topicArn: topic.arn };
  const alarmArns = alarmsOf(environment).map((spec) => addAlarm(monitoring, spec, common).arn);
  const dashboard = new Dashboard(monitoring, 'dashboard', {
    name: prefix,
    region,
    alarmArns,
    sections: dashboardOf(environment, watched),
    periodSeconds: PERIOD_SECONDS,
  });
  return { topicArn: topic.arn, dashboardName: dashboard.name };
}

interface Common {
  readonly prefix: string;
  readonly alarms: Alarms;
  readonly watched: Watched;
  readonly topicArn: string;
}

function addAlarm(scope: Construct, spec: AlarmSpec, { prefix, alarms, watched, topicArn }: Common): Alarm {
  const threshold = alarms.thresholds?.[thresholdField(spec.id)] ?? spec.threshold;
  const metrics = spec.metrics(watched);
  const { expression } = spec;
  return new Alarm(scope, spec.id, {
    name: `${prefix}-${spec.id}`,
    description: describe(spec, threshold, alarms),
    metrics,
    expression: typeof expression === 'function' ? expression(Object.keys(metrics)) : expression,
    when: spec.when,
    threshold,
    periodSeconds: spec.periodSeconds,
    periods: spec.periods,
    missingData: spec.missing.is,
    topicArn,
  });
}

/** All that people get to read when it fires. */
function describe({ id, means, figure, when }: AlarmSpec, threshold: number, { runbooksUrl }: Alarms): string {
  return `${means} It fires ${when} ${threshold}: ${figure}. What to do: ${runbooksUrl ?? 'docs/runbooks'}/${id}.md`;
}
