import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Measured } from './embedded-metric.ts';

/**
 * Counts in CloudWatch's embedded metric format, written by AWS Powertools.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export interface EmbeddedMetrics {
  /** Writes a line of its own, with `properties` that are no dimensions. */
  write(measured: Measured, properties: Readonly<Record<string, string>>): void;
  /** What makes a log line count: its members, without those that every log line has. */
  embed(counted: Measured): Readonly<Record<string, unknown>>;
}

interface MetricsOptions {
  readonly namespace?: string;
  readonly serviceName?: string;
}

/** Namespace and service are those of the `POWERTOOLS_*` variables, unless others are given. */
export function createEmbeddedMetrics(options: MetricsOptions = {}): EmbeddedMetrics {
  const metrics = new Metrics(options);
  // One object for all: Powertools' `singleMetric` makes another with each call, at 70 µs.
  const store = ({ metric, value, unit, dimensionSets }: Measured) => {
    for (const set of dimensionSets) metrics.addDimensions({ ...set });
    metrics.addMetric(metric, unit ?? MetricUnit.Count, value);
  };
  return {
    write(measured, properties) {
      store(measured);
      for (const [name, property] of Object.entries(properties)) metrics.addMetadata(name, property);
      metrics.publishStoredMetrics();
    },
    embed(counted) {
      store(counted);
      const { service: _, ...members } = metrics.serializeMetrics();
      metrics.clearMetrics();
      metrics.clearDimensions();
      return members;
    },
  };
}
