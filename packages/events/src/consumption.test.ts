import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, uuidv7 } from '@cloakroom/core';
import { createTestTable, meteredDynamoDb, newUser, testCursors, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEventReader } from './event-reader.ts';
import { createEventWriter } from './event-writer.ts';
import type { UserEvent } from './user-event.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const NOW = Date.parse('2026-11-20T10:00:00Z');
const real = testDynamoDb();
let table: string;
beforeAll(async () => {
  table = await createTestTable(real, 'events');
});
afterAll(() => real.destroy());

function someEvent(user: UserEvent['user'], data: object = { cart: 'c-1', items: 3 }): UserEvent {
  const at = new Date(NOW).toISOString();
  return { user, id: uuidv7(NOW), type: 'cart.paid', data: jsonText(data), occurredAt: at, receivedAt: at };
}

function metered() {
  const { dynamodb, takeRequests } = meteredDynamoDb(real);
  const user = newUser();
  const writer = createEventWriter('client', { items: sdkItems(dynamodb), table, retentionSeconds: 86_400 });
  const reader = createEventReader({ dynamodb, table, cursors: testCursors, nowMs: () => NOW });
  return { user, writer, reader, takeRequests };
}

describe('what an event costs', () => {
  it('is one write unit, and one for every KB more', async () => {
    const { user, writer, takeRequests } = metered();
    await writer.put(someEvent(user));
    await writer.put(someEvent(user, { text: 'x'.repeat(8000) }));
    expect(await takeRequests()).toEqual([
      { name: 'PutItemCommand', capacityUnits: 1 },
      { name: 'PutItemCommand', capacityUnits: 9 },
    ]);
  });

  it('is one read unit for a page of twenty, however many there are', async () => {
    const { user, writer, reader, takeRequests } = metered();
    for (let count = 0; count < 60; count += 1) await writer.put(someEvent(user));
    await takeRequests();
    expect((await reader.listOfUser(user, { limit: 20 })).events).toHaveLength(20);
    expect(await takeRequests()).toEqual([{ name: 'QueryCommand', capacityUnits: 1 }]);
  });
});
