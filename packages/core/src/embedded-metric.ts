import type { Dimensions } from './telemetry.ts';

/** How often something happened. */
export interface Counted {
  readonly metric: string;
  readonly value: number;
  readonly dimensionSets: readonly Dimensions[];
}

/**
 * What makes a JSON line with a `service` count, in CloudWatch's embedded metric format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetric(namespace: string, { metric, value, dimensionSets }: Counted, nowMs: number): object {
  return Object.assign(
    {
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: dimensionSets.map((set) => ['service', ...Object.keys(set)]),
            Metrics: [{ Name: metric, Unit: 'Count' }],
          },
        ],
      },
    },
    ...dimensionSets,
    { [metric]: value },
  );
}
