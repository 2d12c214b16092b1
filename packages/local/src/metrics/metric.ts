/** What a metric is known by. Another value of one dimension makes another metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The same text for the same metric, in whatever order its dimensions stand. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Where a value has none. */
export const NO_UNIT = 'None';

const BYTES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const BITS = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
const QUANTITIES = [...BYTES, ...BITS, 'Count'];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const UNITS = [
  NO_UNIT,
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  ...QUANTITIES,
  ...QUANTITIES.map((unit) => `${unit}/Second`),
];
