import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMetricStore, type MetricStore, minuteOf } from '../create-metric-store.ts';
import type { Metric } from '../metric.ts';
import { parseStatistic } from '../statistic.ts';
import { readEmbeddedMetrics } from './embedded-metrics.ts';
import { gatewayMetrics } from './gateway-metrics.ts';
import { sampleQueues } from './queue-metrics.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12, 0, 30);
const newStore = () => createMetricStore({ nowMs: () => NOW_MS });

function statisticOf(metrics: MetricStore, metric: Metric, statistic: string): number | undefined {
  const [found] = metrics.read(metric, { startMs: minuteOf(NOW_MS), periodMs: 60_000, count: 1 });
  return found && parseStatistic(statistic)?.(found);
}

describe('the HTTP API', () => {
  it.each([
    [200, [1, 0, 0]],
    [399, [1, 0, 0]],
    [401, [1, 1, 0]],
    [500, [1, 0, 1]],
    [503, [1, 0, 1]],
  ])('counts an answer of %i, by API and by stage', (status, expected) => {
    const metrics = newStore();
    gatewayMetrics(metrics)({ apiId: 'a', stage: '$default', status, responseMs: 12, integrationMs: 8 });
    for (const dimensions of [{ ApiId: 'a' }, { ApiId: 'a', Stage: '$default' }]) {
      const value = (name: string, statistic = 'Sum') =>
        statisticOf(metrics, { namespace: 'AWS/ApiGateway', name, dimensions }, statistic);
      expect([value('Count'), value('4xx'), value('5xx')]).toEqual(expected);
      expect([value('Latency', 'Maximum'), value('IntegrationLatency', 'Maximum')]).toEqual([12, 8]);
    }
  });
});

describe('the queues', () => {
  it('are told with the age of their oldest message, where there is one', () => {
    const metrics = newStore();
    const queue = { visible: 2, inFlight: 1, delayed: 0 };
    const queues = [
      { ...queue, name: 'full', oldestSentMs: NOW_MS - 90_500 },
      { ...queue, visible: 0, name: 'empty' },
    ];
    sampleQueues(queues, metrics, () => NOW_MS);
    const value = (QueueName: string, name: string) =>
      statisticOf(metrics, { namespace: 'AWS/SQS', name, dimensions: { QueueName } }, 'Maximum');
    expect(value('full', 'ApproximateAgeOfOldestMessage')).toBe(90);
    expect(value('empty', 'ApproximateAgeOfOldestMessage')).toBeUndefined();
    expect(value('full', 'ApproximateNumberOfMessagesVisible')).toBe(2);
    expect(value('empty', 'ApproximateNumberOfMessagesVisible')).toBe(0);
  });
});

describe('the embedded metric format', () => {
  const line = (changes: object = {}, members: object = { service: 'a', Made: 1 }) => {
    const directive = { Namespace: 'n', Dimensions: [['service']], Metrics: [{ Name: 'Made' }], ...changes };
    return JSON.stringify({ _aws: { Timestamp: NOW_MS, CloudWatchMetrics: [directive] }, ...members });
  };

  it.each([
    ['text before it', `2026-01-01 INFO ${line()}`],
    ['JSON that is cut off', line().slice(0, -1)],
    ['no namespace', line({ Namespace: '' })],
    ['a dimension that it does not have', line({ Dimensions: [['service', 'kind']] })],
    ['a dimension that is no text', line({}, { service: 1, Made: 1 })],
    ['a value that is no number', line({}, { service: 'a', Made: '1' })],
    ['a value that is too large', line().replace('"Made":1', '"Made":1e999')],
    ['a dimension that is too long', line({}, { service: 'a'.repeat(1025), Made: 1 })],
    ['no value', line({}, { service: 'a' })],
    ['a unit that there is not', line({ Metrics: [{ Name: 'Made', Unit: 'Apples' }] })],
  ])('has nothing in a line with %s', (_, text) => {
    const metrics = newStore();
    readEmbeddedMetrics(text, metrics);
    expect(metrics.metrics()).toEqual([]);
    readEmbeddedMetrics(line(), metrics);
    expect(metrics.metrics()).toHaveLength(1);
  });

  it('takes any line, whatever is in it', () => {
    const members = fc.dictionary(fc.constantFrom('service', 'Made', '_aws'), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          members.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const metrics = newStore();
          readEmbeddedMetrics(text, metrics);
          expect(metrics.metrics().every(({ namespace }) => namespace !== '')).toBe(true);
        },
      ),
    );
  });
});
