import { jsonText, uuidv7 } from '@cloakroom/core';
import { startTestSqs, type TestSqs } from '@cloakroom/testing/queues';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEventQueue } from './event-queue.ts';
import { parseMessage, requestIdOfMessage } from './queue-message.ts';
import type { UserEvent } from './user-event.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const REQUEST = 'JKJaXmPLvHcESHA=';

function event(data: object = { price: 12 }): UserEvent {
  const at = new Date(NOW).toISOString();
  return {
    user: { issuer: 'pool', sub: 'ann' },
    id: uuidv7(NOW),
    type: 'cart.paid',
    data: jsonText(data),
    occurredAt: at,
    receivedAt: at,
  };
}

/** An SQS that gives the prepared answers one after the other and keeps what it was sent. */
function scriptedSqs(...answers: { Successful?: { Id: string }[]; Failed?: object[] }[]) {
  const batches: string[][] = [];
  const send = async (command: { input: { Entries: { Id: string }[] } }) => {
    batches.push(command.input.Entries.map(({ Id }) => Id));
    return answers[batches.length - 1] ?? {};
  };
  return { batches, sqs: { send } as unknown as Parameters<typeof createEventQueue>[0]['sqs'] };
}

const queueOf = (sqs: Parameters<typeof createEventQueue>[0]['sqs']) =>
  createEventQueue({ sqs, queueUrl: 'queue', sleep: async () => undefined });
const throttled = (Id: string) => ({ Id, Code: 'ThrottlingException', SenderFault: false });

describe('the event queue', () => {
  let queues: TestSqs;
  beforeAll(async () => {
    queues = await startTestSqs();
  });
  afterAll(() => queues.stop());

  it('puts every event on the queue, readable again', async () => {
    const queueUrl = await queues.createQueue();
    const events = [event(), event({ text: 'a\uFFFE\uFFFF\u0000é💚' })];
    await createEventQueue({ sqs: queues.sqs, queueUrl }).send(events, REQUEST);
    const received = (await queues.drain(queueUrl)).map(parseMessage);
    expect(received).toHaveLength(2);
    expect(received).toEqual(expect.arrayContaining(events));
  });

  it('says on every message which request sent it, also when it has to be sent again', async () => {
    const sent: object[] = [];
    const answers = [{ Failed: [throttled('0')] }, { Successful: [{ Id: '0' }] }];
    const send = async ({ input }: { input: { Entries: { MessageAttributes: object }[] } }) => {
      sent.push(...input.Entries.map(({ MessageAttributes }) => MessageAttributes));
      return answers[sent.length - 1];
    };
    await queueOf({ send } as unknown as Parameters<typeof queueOf>[0]).send([event()], REQUEST);
    const attribute = { requestId: { DataType: 'String', StringValue: REQUEST } };
    expect(sent).toEqual([attribute, attribute]);
  });

  it.each([
    ['nothing', undefined],
    ['none of ours', {}],
    ['what is no id', { requestId: { stringValue: 'a\nb' } }],
    ['another form', { requestId: { binaryValue: 'AAA=' } }],
  ])('finds no request id in attributes that are %s', (_, attributes) => {
    expect(requestIdOfMessage(attributes)).toBeUndefined();
  });

  it('carries ten events of the largest data in one batch', async () => {
    const queueUrl = await queues.createQueue();
    const largest = { text: '💚'.repeat(2044) };
    await createEventQueue({ sqs: queues.sqs, queueUrl }).send(
      Array.from({ length: 10 }, () => event(largest)),
      REQUEST,
    );
    expect(await queues.drain(queueUrl)).toHaveLength(10);
  });

  it('sends again only what was not confirmed', async () => {
    const { sqs, batches } = scriptedSqs(
      { Successful: [{ Id: '0' }, { Id: '2' }], Failed: [throttled('1')] },
      { Successful: [{ Id: '1' }] },
    );
    await queueOf(sqs).send([event(), event(), event()], REQUEST);
    expect(batches).toEqual([['0', '1', '2'], ['1']]);
  });

  it('takes an event that SQS does not mention as not confirmed', async () => {
    const { sqs, batches } = scriptedSqs({ Successful: [{ Id: '0' }] }, { Successful: [{ Id: '1' }] });
    await queueOf(sqs).send([event(), event()], REQUEST);
    expect(batches).toEqual([['0', '1'], ['1']]);
  });

  it('gives up after three attempts', async () => {
    const { sqs, batches } = scriptedSqs({ Failed: [throttled('0')] }, {}, {});
    await expect(queueOf(sqs).send([event()], REQUEST)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(batches).toHaveLength(3);
  });

  it('does not send again what SQS refuses for good', async () => {
    const { sqs, batches } = scriptedSqs({ Failed: [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }] });
    await expect(queueOf(sqs).send([event()], REQUEST)).rejects.toMatchObject({
      code: 'EVENT_REFUSED',
      reason: 'InvalidMessageContents',
    });
    expect(batches).toHaveLength(1);
  });
});
