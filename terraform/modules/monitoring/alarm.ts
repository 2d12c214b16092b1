import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import type { Metric } from './metric.ts';

const COMPARISONS = { above: 'GreaterThanThreshold', below: 'LessThanThreshold' } as const;

export interface AlarmProps {
  readonly name: string;
  readonly description: string;
  /** By their ids in `expression`, in lower case; one alone where there is none. AWS takes ten at most. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Metric math. */
  readonly expression: string | undefined;
  readonly when: keyof typeof COMPARISONS;
  readonly threshold: number;
  readonly periodSeconds: number;
  /** So many of the last so many periods have to be beyond the threshold. */
  readonly periods: readonly [beyond: number, of: number];
  readonly missingData: 'breaching' | 'notBreaching';
  /** Who is told when it fires, and when it is over. */
  readonly topicArn: string;
}

/**
 * A static threshold over one metric or over metric math, `aws_cloudwatch_metric_alarm.<id>`. It tells its topic when it fires and when it clears.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export class Alarm extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const [beyond, of] = props.periods;
    const alarm = new CloudwatchMetricAlarm(this, 'this', {
      alarmName: props.name,
      alarmDescription: props.description,
      ...watched(props),
      comparisonOperator: COMPARISONS[props.when],
      threshold: props.threshold,
      evaluationPeriods: of,
      datapointsToAlarm: beyond,
      treatMissingData: props.missingData,
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
    });
    fixedId(alarm, id);
    this.arn = alarm.arn;
  }
}

type Watched = Pick<
  CloudwatchMetricAlarmConfig,
  'dimensions' | 'extendedStatistic' | 'metricName' | 'metricQuery' | 'namespace' | 'period' | 'statistic'
>;

/** @throws Error when there are several metrics, or none, without an expression */
function watched({ name, metrics, expression, periodSeconds: period }: AlarmProps): Watched {
  const entries = Object.entries(metrics);
  if (expression !== undefined) {
    const inputs = entries.map(([id, metric]) => ({
      id,
      metric: {
        metricName: metric.name,
        namespace: metric.namespace,
        dimensions: metric.dimensions,
        stat: metric.statistic,
        period,
      },
    }));
    return { metricQuery: [{ id: 'figure', label: name, expression, returnData: true }, ...inputs] };
  }
  const [only, ...others] = entries.map(([, metric]) => metric);
  if (only === undefined || others.length > 0) throw new Error(`${name}: name one metric, or an expression`);
  const { statistic } = only;
  return {
    metricName: only.name,
    namespace: only.namespace,
    dimensions: only.dimensions,
    period,
    ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
  };
}
