import type { Dimensions, GaugeUnit } from './telemetry.ts';

/** How often something happened, or how much of it there is. */
export interface Measured {
  readonly metric: string;
  readonly value: number;
  /** Count when absent. */
  readonly unit?: GaugeUnit;
  readonly dimensionSets: readonly Dimensions[];
}

/**
 * What makes a JSON line with a `service` count or measure, in CloudWatch's embedded metric format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetric(
  namespace: string,
  { metric, value, unit, dimensionSets }: Measured,
  nowMs: number,
): object {
  return Object.assign(
    {
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: dimensionSets.map((set) => ['service', ...Object.keys(set)]),
            Metrics: [{ Name: metric, Unit: unit ?? 'Count' }],
          },
        ],
      },
    },
    ...dimensionSets,
    { [metric]: value },
  );
}
