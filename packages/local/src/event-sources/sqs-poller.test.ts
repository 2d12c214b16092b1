import { describe, expect, it } from '@jest/globals';
import type { JsonClient } from '../base/json-client.ts';
import type { SqsMapping } from './mapping-config.ts';
import { pollOnce } from './sqs-poller.ts';

const MAPPING: SqsMapping = {
  address: 'aws_lambda_event_source_mapping.events',
  queueName: 'events',
  queueArn: 'arn:aws:sqs:eu-central-1:000000000000:events',
  functionName: 'store',
  batchSize: 10,
  batchWindowMs: 0,
  reportsItemFailures: true,
  maxConcurrency: Number.POSITIVE_INFINITY,
};

/** One poll of a queue that has nothing at first, and then answers each receive with the next of these. */
async function poll(mapping: Partial<SqsMapping>, answers: readonly (readonly string[])[]) {
  const left = answers.values();
  const waits: unknown[] = [];
  const deleted: number[] = [];
  const sqs: JsonClient = {
    async call(action, input) {
      if (action === 'DeleteMessageBatch') {
        deleted.push((input as { Entries: unknown[] }).Entries.length);
        return {};
      }
      const { MaxNumberOfMessages, WaitTimeSeconds } = input as Record<string, number>;
      waits.push(WaitTimeSeconds);
      const bodies = (left.next().value ?? []).slice(0, MaxNumberOfMessages);
      const id = () => String(Math.random());
      return { Messages: bodies.map((Body) => ({ MessageId: id(), ReceiptHandle: id(), Body, MD5OfBody: '' })) };
    },
  };
  const batches: string[][] = [];
  const startedMs = performance.now();
  let invokedAfterMs = Number.NaN;
  const invoke = async (_: string, payload: string) => {
    invokedAfterMs = performance.now() - startedMs;
    batches.push(JSON.parse(payload).Records.map(({ body }: { body: string }) => body));
    return { statusCode: 200, payload: 'null', logTail: '', executedVersion: '1' };
  };
  await pollOnce({ ...MAPPING, ...mapping }, { sqs, lambda: { invoke }, signal: new AbortController().signal });
  return { batches, waits, deleted, invokedAfterMs };
}

const some = (count: number, body = 'm') => Array.from({ length: count }, () => body);

describe('a poll of a queue', () => {
  it('takes what is there at once where there is no window', async () => {
    const { batches, waits, deleted } = await poll({}, [some(3), some(5)]);
    expect(batches).toEqual([some(3)]);
    expect(waits).toEqual([20]);
    expect(deleted).toEqual([3]);
  });

  it('invokes nothing for an empty queue', async () => {
    expect(await poll({ batchWindowMs: 1000 }, [])).toMatchObject({ batches: [], waits: [20] });
  });

  it('gathers until its window has passed, what comes late included', async () => {
    const window = { batchSize: 100, batchWindowMs: 350 };
    const { batches, invokedAfterMs, waits } = await poll(window, [some(1), [], some(2)]);
    expect(batches).toEqual([some(3)]);
    expect(invokedAfterMs).toBeGreaterThanOrEqual(345);
    expect(new Set(waits.slice(1))).toEqual(new Set([0]));
  });

  it('does not wait for the end of the window when the batch is full', async () => {
    const window = { batchSize: 25, batchWindowMs: 60_000 };
    const { batches, deleted } = await poll(window, [some(10), some(10), some(10)]);
    expect(batches).toEqual([some(25)]);
    expect(deleted).toEqual([10, 10, 5]);
  });

  it('nor when more would not fit into an invocation', async () => {
    const large = 'x'.repeat(250 * 1024);
    const window = { batchSize: 100, batchWindowMs: 60_000 };
    const { batches } = await poll(
      window,
      Array.from({ length: 10 }, () => some(10, large)),
    );
    expect(batches.map(({ length }) => length)).toEqual([24]);
  });
});
