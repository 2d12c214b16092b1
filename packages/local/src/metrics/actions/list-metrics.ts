import * as v from 'valibot';
import { dimensionList, type MetricAction, nameSchema, pageOf, parseMetricInput } from './metric-action.ts';

const PAGE = 500;
const inputSchema = v.strictObject({
  Namespace: v.optional(nameSchema),
  MetricName: v.optional(nameSchema),
  Dimensions: v.optional(v.array(v.strictObject({ Name: nameSchema, Value: v.optional(v.string()) })), []),
  NextToken: v.optional(v.string()),
  // Whatever is kept here was written within three hours.
  RecentlyActive: v.optional(v.literal('PT3H')),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics: MetricAction = (input, { metrics }) => {
  const { Namespace, MetricName, Dimensions, NextToken } = parseMetricInput(inputSchema, input);
  const found = metrics
    .metrics()
    .filter(
      ({ namespace, name, dimensions }) =>
        (Namespace === undefined || namespace === Namespace) &&
        (MetricName === undefined || name === MetricName) &&
        Dimensions.every(({ Name, Value }) =>
          Value === undefined ? Object.hasOwn(dimensions, Name) : dimensions[Name] === Value,
        ),
    );
  const { page, next } = pageOf(found, PAGE, NextToken);
  const Metrics = page.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
  }));
  return { Metrics, ...next };
};
