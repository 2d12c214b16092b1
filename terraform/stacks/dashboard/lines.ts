import type { Line } from '../../modules/monitoring/dashboard.ts';
import type { Metric } from '../../modules/monitoring/metric.ts';
import type { FunctionName } from '../functions/index.ts';

/** What one datapoint of a graph is about. */
export const PERIOD_SECONDS = 300;

export const line = (label: string, metric: Metric): Line => ({ label, metric });

/** A metric that only other lines compute with. */
export const hidden = (id: string, metric: Metric): Line => ({ id, metric });

/** One line of each function. */
export const lineOfEach = (names: readonly FunctionName[], metric: (name: FunctionName) => Metric): readonly Line[] =>
  names.map((name) => line(name, metric(name)));

/**
 * A line for each value that a dimension turns out to have. The metric says which dimensions are known.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function lineOfEachValue(label: string, metric: Metric, by: string): Line {
  const { namespace, name, dimensions, statistic } = metric;
  // A name with other characters than letters and digits has to be quoted.
  const schema = [`"${namespace}"`, ...Object.keys(dimensions), by].join(',');
  const terms = Object.entries({ MetricName: name, ...dimensions }).map(([term, value]) => `${term}="${value}"`);
  const expression = `SEARCH('{${schema}} ${terms.join(' ')}', '${statistic}', ${PERIOD_SECONDS})`;
  // Twice, since Terraform reads the first.
  return { expression, label: `${label} [$${'$'}{PROP('Dim.${by}')}]` };
}
