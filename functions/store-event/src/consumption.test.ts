import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, uuidv7 } from '@cloakroom/core';
import { createEventWriter, formatMessage, type UserEvent } from '@cloakroom/events';
import { readErasures } from '@cloakroom/sessions';
import { createTestTable, METERED, meteredDynamoDb, newUser, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { storeEvent } from './store-event.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { batchGet: look, put } = METERED;

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
    events: createEventWriter('client', { items: sdkItems(dynamodb), table: eventsTable, retentionSeconds: 86_400 }),
    readErasures: (users) => readErasures({ items: sdkItems(dynamodb), table: sessionsTable }, users),
    telemetry: recordTelemetry(),
  });
});
afterAll(() => real.destroy());

function anEvent(user = newUser()): UserEvent {
  const at = new Date(NOW).toISOString();
  return { user, id: uuidv7(NOW), type: 'cart.paid', data: jsonText({ cart: 'c-1' }), occurredAt: at, receivedAt: at };
}

async function costOf(...events: UserEvent[]) {
  const Records = events.map((event, index) => ({ messageId: `m${index}`, body: formatMessage(event) }));
  expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  return takeRequests();
}

describe('a queued event', () => {
  it('is one write, and a look at the mark of an erasure before and after it', async () => {
    expect(await costOf(anEvent())).toEqual([look(1), put, look(1)]);
  });

  it('is the same again when it comes twice: the write is refused', async () => {
    const event = anEvent();
    await costOf(event);
    const refused = { name: 'PutItemCommand', error: 'ConditionalCheckFailedException' };
    expect(await costOf(event)).toEqual([look(1), refused, look(1)]);
  });

  it('is one write in a batch of ten, which looks at the marks of all its users by one request before and one after', async () => {
    expect(await costOf(...Array.from({ length: 10 }, () => anEvent()))).toEqual([
      look(10),
      ...Array(10).fill(put),
      look(10),
    ]);
  });

  it('is one write where a batch is of one user, at whose mark it looks twice', async () => {
    const user = newUser();
    const events = Array.from({ length: 10 }, () => anEvent(user));
    expect(await costOf(...events)).toEqual([look(1), ...Array(10).fill(put), look(1)]);
  });
});
