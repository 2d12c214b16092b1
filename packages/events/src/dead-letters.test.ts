import { startTestSqs, type TestSqs } from '@cloakroom/testing/queues';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeadLetters } from './dead-letters.ts';

describe('a change among the dead letters', () => {
  let queues: TestSqs;
  beforeAll(async () => {
    queues = await startTestSqs();
  });
  afterAll(() => queues.stop());

  const Keys = { user_key: { S: 'U#pool#ann' }, item: { S: 'SESSION#x' } };
  const place = { Keys, SequenceNumber: '7' };

  async function sent(record: { readonly dynamodb: Readonly<Record<string, unknown>> }) {
    const queueUrl = await queues.createQueue();
    await createDeadLetters({ sqs: queues.sqs, queueUrl }).send({ reason: 'kind', record });
    const [body = ''] = await queues.drain(queueUrl);
    return JSON.parse(body);
  }

  it('is all that the stream told of it, whatever characters are in it', async () => {
    const record = { eventName: 'INSERT', dynamodb: { ...place, NewImage: { device: { S: '\uFFFE💚\uFFFF' } } } };
    expect(await sent(record)).toEqual({ version: 1, reason: 'kind', record });
  });

  it('is its key and its place where the images are larger than a message', async () => {
    const NewImage = { device: { S: '💚'.repeat(100_000) } };
    expect(await sent({ dynamodb: { ...place, NewImage, OldImage: NewImage } })).toEqual({
      version: 1,
      reason: 'kind',
      record: { dynamodb: place },
      imagesLeftOut: true,
    });
  });
});
