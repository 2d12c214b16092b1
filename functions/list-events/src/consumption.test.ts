import { randomUUID } from 'node:crypto';
import { uuidv7 } from '@cloakroom/core';
import { createEventReader, createEventWriter } from '@cloakroom/events';
import { httpStack } from '@cloakroom/http';
import {
  aCaller,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  meteredDynamoDb,
  recordTelemetry,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listEvents } from './list-events.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const ROUTE = 'GET /users/{userId}/events';
const NOW = Date.parse('2026-11-20T10:00:00Z');
const CALLER = aCaller({ userId: randomUUID() });

const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
let table: string;
beforeAll(async () => {
  table = await createTestTable(real, 'events');
  const writer = createEventWriter('client', { dynamodb: real, table, retentionSeconds: 86_400 });
  const at = new Date(NOW).toISOString();
  const event = { user: { issuer: 'pool', sub: CALLER.userId }, type: 'cart.paid', data: { cart: 'c-1', items: 3 } };
  for (let count = 0; count < 60; count += 1) {
    await writer.put({ ...event, id: uuidv7(NOW), occurredAt: at, receivedAt: at });
  }
});
afterAll(() => real.destroy());

/** Answers the length of a page and the cursor of the next. */
async function list(userId: string, query: Record<string, string> = {}) {
  const store = createEventReader({ dynamodb, table, nowMs: () => NOW });
  const handler = httpStack({ [ROUTE]: listEvents({ store }) }, { allowedOrigins: [], telemetry: recordTelemetry() });
  const request = { routeKey: ROUTE, pathParameters: { userId }, query, caller: CALLER };
  const { body } = await handler(httpApiEvent(request), lambdaContext());
  const { data } = JSON.parse(body);
  return { length: data?.events.length, cursor: data?.nextCursor };
}

describe('GET /users/{userId}/events', () => {
  it('is one read unit for a page of twenty, however many there are', async () => {
    const { length, cursor } = await list(CALLER.userId);
    expect(length).toBe(20);
    expect(await takeRequests()).toEqual([{ name: 'QueryCommand', capacityUnits: 1 }]);
    expect((await list(CALLER.userId, { cursor })).length).toBe(20);
    expect(await takeRequests()).toEqual([{ name: 'QueryCommand', capacityUnits: 1 }]);
  });

  it('is nothing when it is refused', async () => {
    expect((await list('somebody-else')).length).toBeUndefined();
    expect(await takeRequests()).toEqual([]);
  });
});
