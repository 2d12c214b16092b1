import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { startTestSqs, type TestSqs } from '@cloakroom/testing/queues';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { type MoveLetter, moveEvent, moveLetters } from './move-letters.ts';

let queues: TestSqs;
beforeAll(async () => {
  queues = await startTestSqs();
});
afterAll(() => queues.stop());

async function withLetters(bodies: readonly string[]) {
  const [source, dead] = [await queues.createQueue(), await queues.createQueue()];
  for (const MessageBody of bodies) await queues.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody }));
  const queue = deadLetterQueue(queues.sqs, dead);
  const progress: number[] = [];
  const move = (letter: MoveLetter) => moveLetters(queue, letter, (moved) => progress.push(moved));
  return { source, dead, queue, progress, move };
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => `letter ${index}`);

describe('moving letters', () => {
  it('brings each of them back once, and leaves none', async () => {
    const { source, queue, move, progress } = await withLetters(bodies(25));
    expect(await queue.count()).toBe(25);
    expect(await move(moveEvent(queues.sqs, source))).toEqual({ moved: 25, stays: new Map() });
    expect(progress.at(-1)).toBe(25);
    expect((await queues.drain(source)).toSorted()).toEqual(bodies(25).toSorted());
    expect(await queue.count()).toBe(0);
  });

  it('keeps what an event tells beside its body: the request that posted it', async () => {
    const { source, dead, move } = await withLetters([]);
    const MessageAttributes = { requestId: { DataType: 'String', StringValue: 'gateway-1' } };
    await queues.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'letter', MessageAttributes }));
    await move(moveEvent(queues.sqs, source));
    const receive = new ReceiveMessageCommand({ QueueUrl: source, MessageAttributeNames: ['All'] });
    const { Messages } = await queues.sqs.send(receive);
    expect(Messages).toMatchObject([{ Body: 'letter', MessageAttributes }]);
  });

  it('leaves those that must stay, to be seen at once, and says why', async () => {
    const { queue, move, dead } = await withLetters(bodies(12));
    const moved = await move(async ({ body }) => (body.endsWith('1') ? { stays: 'ends with 1' } : 'moved'));
    expect(moved).toEqual({ moved: 10, stays: new Map([['ends with 1', 2]]) });
    expect(await queue.count()).toBe(2);
    expect((await queues.drain(dead)).toSorted()).toEqual(['letter 1', 'letter 11']);
  });

  it('loses none when it fails on the way: what was not moved is there, and can be had at once', async () => {
    const { dead, move } = await withLetters(bodies(10));
    const failing = move(async ({ body }) => {
      if (body === 'letter 3') throw new Error('unreachable');
      return 'moved';
    });
    await expect(failing).rejects.toThrow('unreachable');
    expect(await queues.drain(dead)).toEqual(['letter 3']);
  });

  it('ends, although a letter comes back at once: it waits for the next time', async () => {
    const { dead, queue, move } = await withLetters(['poison']);
    const moved = await move(moveEvent(queues.sqs, dead)); // as a queue whose consumer fails, and whose dead letters these are
    expect(moved).toEqual({ moved: 1, stays: new Map([['could not be stored again', 1]]) });
    expect(await queue.count()).toBe(1);
    const { Attributes } = await queues.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['ApproximateNumberOfMessagesNotVisible'] }),
    );
    expect(Attributes?.ApproximateNumberOfMessagesNotVisible).toBe('0');
  });
});
