import { resolveStack } from '../../stack/read-stack.ts';
import type { ResolvedStack } from '../../stack/resolved-stack.ts';

/** For tests: the smallest alarm there is, over the sum of `Failed` within a minute, and what differs from it. */
export function alarmArguments(changes: object = {}): Record<string, unknown> {
  return {
    alarm_name: 'failures',
    comparison_operator: 'GreaterThanThreshold',
    evaluation_periods: 1,
    threshold: 0,
    metric_name: 'Failed',
    namespace: 'test',
    period: 60,
    statistic: 'Sum',
    dimensions: { service: 'a' },
    treat_missing_data: 'notBreaching',
    ...changes,
  };
}

/** A stack of alarms alone, by their names in Terraform. */
export function stackOfAlarms(alarms: Readonly<Record<string, object>>): ResolvedStack {
  const document = {
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: { aws_cloudwatch_metric_alarm: alarms },
  };
  const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };
  return resolveStack(document, { folder: '/', origins });
}
