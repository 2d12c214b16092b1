import type { NowMs } from '@cloakroom/core';
import type { QueueState } from '../../sqs/queue-states.ts';
import type { MetricStore } from '../create-metric-store.ts';

/**
 * Puts what is in the queues at the moment. An empty queue has no oldest message.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function sampleQueues(queues: readonly QueueState[], metrics: Pick<MetricStore, 'put'>, nowMs: NowMs): void {
  for (const { name: QueueName, visible, inFlight, delayed, oldestSentMs } of queues) {
    const put = (name: string, value: number, unit: string) =>
      metrics.put({ namespace: 'AWS/SQS', name, dimensions: { QueueName } }, value, { unit });
    put('ApproximateNumberOfMessagesVisible', visible, 'Count');
    put('ApproximateNumberOfMessagesNotVisible', inFlight, 'Count');
    put('ApproximateNumberOfMessagesDelayed', delayed, 'Count');
    if (oldestSentMs === undefined) continue;
    put('ApproximateAgeOfOldestMessage', Math.max(0, Math.floor((nowMs() - oldestSentMs) / 1000)), 'Seconds');
  }
}
