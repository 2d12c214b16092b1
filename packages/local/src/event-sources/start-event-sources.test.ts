import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonClient } from '../base/json-client.ts';
import { testStack } from '../stack-fixture.ts';
import { parseSqsMapping } from './mapping-config.ts';
import { type EventSources, startEventSources } from './start-event-sources.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:events';

function stackWith(mapping: object) {
  const complete = { event_source_arn: QUEUE, function_name: 'store', ...mapping };
  return testStack({ resource: { aws_lambda_event_source_mapping: { events: complete } } });
}
const parse = (mapping: object) => parseSqsMapping(stackWith(mapping).get('aws_lambda_event_source_mapping.events'));

describe('a mapping', () => {
  it('has the defaults of Lambda', () => {
    expect(parse({})).toMatchObject({
      queueName: 'events',
      batchSize: 10,
      batchWindowMs: 0,
      reportsItemFailures: false,
      maxConcurrency: Number.POSITIVE_INFINITY,
    });
  });

  it('that is switched off is left out', () => expect(parse({ enabled: false })).toBeUndefined());

  it.each([
    [{ event_source_arn: 'arn:aws:kinesis:eu-central-1:000000000000:stream/x' }, /event_source_arn/],
    [{ filter_criteria: { filter: [{ pattern: '{}' }] } }, /filter_criteria/],
    [{ batch_size: 11 }, /batching window/],
    [{ batch_size: 0 }, /batch_size/],
    [{ scaling_config: { maximum_concurrency: 1 } }, /maximum_concurrency/],
    [{ function_response_types: ['Other'] }, /function_response_types/],
  ])('is refused with %j', (mapping, problem) => expect(() => parse(mapping)).toThrow(problem));
});

describe('startEventSources', () => {
  let sources: EventSources | undefined;
  afterEach(() => sources?.stop());

  const noStreams: JsonClient = { call: () => Promise.reject(new Error('there are no streams')) };
  const streams = { streams: noStreams, checkpointsDir: '/nowhere' };
  const target = { functionName: 'store', arn: 'arn', executedVersion: '1' };
  const answer = { statusCode: 200, payload: 'null', logTail: '', executedVersion: '1' };

  /** A queue that holds the given messages; a poll of the empty queue ends when it is aborted. */
  function queueOf(messages: string[]) {
    const deleted: string[] = [];
    const sqs: JsonClient = {
      call(action, input, signal) {
        if (action === 'DeleteMessageBatch') {
          deleted.push(
            ...(input as { Entries: { ReceiptHandle: string }[] }).Entries.map(({ ReceiptHandle }) => ReceiptHandle),
          );
          return Promise.resolve({});
        }
        const { MaxNumberOfMessages } = input as { MaxNumberOfMessages: number };
        const received = messages.splice(0, Math.min(MaxNumberOfMessages, 7));
        if (received.length === 0) {
          return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
        }
        const Messages = received.map((Body) => ({ MessageId: Body, ReceiptHandle: Body, Body, MD5OfBody: '' }));
        return Promise.resolve({ Messages });
      },
    };
    return { sqs, deleted };
  }

  it('collects a batch over several receives within its window, and deletes it', async () => {
    const { sqs, deleted } = queueOf(Array.from({ length: 15 }, (_, at) => `m${at}`));
    const batch = Promise.withResolvers<number>();
    const invoke = jest.fn(async (_name: string, payload: string) => {
      batch.resolve(JSON.parse(payload).Records.length);
      return answer;
    });
    const stack = stackWith({ batch_size: 15, maximum_batching_window_in_seconds: 5 });
    sources = startEventSources({
      stack,
      sqs,
      ...streams,
      lambda: { find: () => target, invoke },
      pollers: 1,
      onError: () => undefined,
    });
    expect(await batch.promise).toBe(15);
    await sources.stop();
    expect(deleted).toHaveLength(15);
  });

  it('takes no more batches at the same time than the mapping allows', async () => {
    const { sqs } = queueOf(Array.from({ length: 35 }, (_, at) => `m${at}`));
    let [running, most, done] = [0, 0, 0];
    const all = Promise.withResolvers<void>();
    const invoke = async (_name: string, payload: string) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      done += JSON.parse(payload).Records.length;
      if (done === 35) all.resolve();
      return answer;
    };
    const stack = stackWith({ scaling_config: { maximum_concurrency: 2 } });
    const lambda = { find: () => target, invoke };
    sources = startEventSources({ stack, sqs, ...streams, lambda, pollers: 4, onError: all.reject });
    await all.promise;
    expect(most).toBe(2);
  });

  it('says what went wrong, and goes on', async () => {
    const seen = Promise.withResolvers<unknown>();
    const { sqs } = queueOf(['m']);
    const invoke = async () => Promise.reject(new Error('the package is missing'));
    sources = startEventSources({
      stack: stackWith({}),
      sqs,
      ...streams,
      lambda: { find: () => target, invoke },
      onError: seen.resolve,
    });
    expect(String(await seen.promise)).toContain('the package is missing');
  });

  it('refuses a queue whose messages come back before the function must have ended, as AWS does', () => {
    const stack = testStack({
      functions: { store: { code: '', timeout: 5 } },
      resource: {
        aws_sqs_queue: { events: { name: 'events', visibility_timeout_seconds: 4 } },
        aws_lambda_event_source_mapping: { events: { event_source_arn: QUEUE, function_name: 'store' } },
      },
    });
    const { sqs } = queueOf([]);
    const lambda = { find: () => target, invoke: async () => answer };
    expect(() => startEventSources({ stack, sqs, ...streams, lambda, onError: () => undefined })).toThrow(
      'aws_lambda_event_source_mapping.events.event_source_arn: messages come back after 4 s, but the function may take 5 s',
    );
  });

  it('refuses a mapping to a function that is not there', () => {
    const { sqs } = queueOf([]);
    const lambda = { find: () => undefined, invoke: async () => answer };
    expect(() =>
      startEventSources({ stack: stackWith({}), sqs, ...streams, lambda, onError: () => undefined }),
    ).toThrow('there is no function store');
  });
});
