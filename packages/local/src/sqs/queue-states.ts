import type { BuildAppOptions } from 'fauxqs';

/** What is in a queue. */
export interface QueueState {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** When the oldest message was sent; absent where there is none. */
  readonly oldestSentMs?: number;
}

type SqsStore = NonNullable<BuildAppOptions['stores']>['sqsStore'];

/**
 * Looks into the queues without receiving anything. Like SQS it does not count a message as the oldest that was received more than three
 * times, so that one that nobody can work on does not hide the others.
 */
export function queueStates(store: SqsStore): readonly QueueState[] {
  return [...store.allQueues()].map((queue) => {
    queue.processTimers(); // those whose time has come are visible again
    const { ready, delayed, inflight } = queue.inspectMessages();
    const all = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    const sent = all.flatMap((message) => (message.approximateReceiveCount > 3 ? [] : [message.sentTimestamp]));
    return {
      name: queue.name,
      visible: ready.length,
      inFlight: inflight.length,
      delayed: delayed.length,
      ...(sent.length === 0 ? {} : { oldestSentMs: sent.reduce((one, other) => Math.min(one, other)) }),
    };
  });
}
