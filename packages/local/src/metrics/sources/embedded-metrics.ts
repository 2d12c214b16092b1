import * as v from 'valibot';
import { aggregateOf } from '../aggregate.ts';
import type { MetricStore } from '../create-metric-store.ts';
import { NO_UNIT, UNITS } from '../metric.ts';

const MAX_DIMENSIONS = 30;
const MAX_VALUES = 100;
const MAX_DIMENSION_LENGTH = 1024;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const finite = v.pipe(v.number(), v.finite());

const directiveSchema = v.object({
  Namespace: name,
  Dimensions: v.array(v.pipe(v.array(name), v.maxLength(MAX_DIMENSIONS))),
  Metrics: v.array(v.object({ Name: name, Unit: v.optional(v.picklist(UNITS), NO_UNIT) })),
});
const metricsSchema = v.looseObject({
  _aws: v.object({ Timestamp: v.number(), CloudWatchMetrics: v.array(directiveSchema) }),
});
const valuesSchema = v.union([
  v.pipe(
    finite,
    v.transform((value) => [value]),
  ),
  v.pipe(v.array(finite), v.minLength(1), v.maxLength(MAX_VALUES)),
]);

/**
 * Takes the metrics out of a line in CloudWatch's embedded metric format; other lines are none of its business. Each set of dimensions
 * makes a metric of its own. What the line names and does not have is left out.
 *
 * @param aheadMs how far the clock of the metrics is ahead of that of the functions
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(line: string, metrics: Pick<MetricStore, 'put'>, aheadMs = 0): void {
  // Most lines have none, and every line of every function comes by.
  if (!line.startsWith('{') || !line.includes('"_aws"')) return;
  const parsed = v.safeParse(metricsSchema, parseJson(line));
  if (!parsed.success) return;
  const { _aws, ...members } = parsed.output;
  for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    for (const { Name, Unit } of Metrics) {
      const values = v.safeParse(valuesSchema, members[Name]);
      if (!values.success) continue;
      for (const names of Dimensions) {
        const dimensions = dimensionsOf(names, members);
        if (dimensions === undefined) continue;
        const metric = { namespace: Namespace, name: Name, dimensions };
        metrics.put(metric, aggregateOf(values.output), { unit: Unit, timestampMs: _aws.Timestamp + aheadMs });
      }
    }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function dimensionsOf(names: readonly string[], members: Readonly<Record<string, unknown>>) {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = members[name];
    if (typeof value !== 'string' || value === '' || value.length > MAX_DIMENSION_LENGTH) return undefined;
    dimensions[name] = value;
  }
  return dimensions;
}
