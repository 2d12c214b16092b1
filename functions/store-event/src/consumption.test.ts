import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, uuidv7 } from '@cloakroom/core';
import { createEventWriter, formatMessage, type UserEvent } from '@cloakroom/events';
import { getErasure } from '@cloakroom/sessions';
import { createTestTable, METERED, meteredDynamoDb, newUser, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeEvent } from './store-event.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, put } = METERED;

const NOW = Date.parse('2026-11-20T10:00:00Z');
const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
let handle: ReturnType<typeof storeEvent>;
beforeAll(async () => {
  const [sessionsTable, eventsTable] = await Promise.all([
    createTestTable(real, 'sessions'),
    createTestTable(real, 'events'),
  ]);
  handle = storeEvent({
    events: createEventWriter('client', { dynamodb, table: eventsTable, retentionSeconds: 86_400 }),
    erasedAt: (user) => getErasure({ items: sdkItems(dynamodb), table: sessionsTable }, user),
    telemetry: recordTelemetry(),
  });
});
afterAll(() => real.destroy());

function anEvent(): UserEvent {
  const at = new Date(NOW).toISOString();
  const user = newUser();
  return { user, id: uuidv7(NOW), type: 'cart.paid', data: jsonText({ cart: 'c-1' }), occurredAt: at, receivedAt: at };
}

async function costOf(...events: UserEvent[]) {
  const Records = events.map((event, index) => ({ messageId: `m${index}`, body: formatMessage(event) }));
  expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  return takeRequests();
}

describe('a queued event', () => {
  it('is one write, and a look at the mark of an erasure before and after it', async () => {
    expect(await costOf(anEvent())).toEqual([get, put, get]);
  });

  it('is the same again when it comes twice: the write is refused', async () => {
    const event = anEvent();
    await costOf(event);
    const refused = { name: 'PutItemCommand', error: 'ConditionalCheckFailedException' };
    expect(await costOf(event)).toEqual([get, refused, get]);
  });

  it('is no less in a batch of ten', async () => {
    const requests = await costOf(...Array.from({ length: 10 }, anEvent));
    const each = (name: string) => requests.filter((request) => request.name === name);
    expect(each('GetItemCommand')).toEqual(Array(20).fill(get));
    expect(each('PutItemCommand')).toEqual(Array(10).fill(put));
    expect(requests).toHaveLength(30);
  });
});
