import { randomUUID } from 'node:crypto';
import { createCursorKey } from '@cloakroom/auth';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { createCursors, jsonText, uuidv7 } from '@cloakroom/core';
import { createEventReader, createEventWriter } from '@cloakroom/events';
import { httpStack } from '@cloakroom/http';
import {
  aCaller,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  METERED,
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
let sessionsTable: string;
beforeAll(async () => {
  [table, sessionsTable] = await Promise.all([createTestTable(real, 'events'), createTestTable(real, 'sessions')]);
  await createCursorKey({ dynamodb: real, table: sessionsTable }).make();
  const writer = createEventWriter('client', { items: sdkItems(real), table, retentionSeconds: 86_400 });
  const at = new Date(NOW).toISOString();
  const event = {
    user: { issuer: 'pool', sub: CALLER.userId },
    type: 'cart.paid',
    data: jsonText({ cart: 'c-1', items: 3 }),
  };
  for (let count = 0; count < 60; count += 1) {
    await writer.put({ ...event, id: uuidv7(NOW), occurredAt: at, receivedAt: at });
  }
});
afterAll(() => real.destroy());

/** An environment that has just started: it answers the length of a page and the cursor of the next. */
function start() {
  const cursors = createCursors(createCursorKey({ dynamodb, table: sessionsTable }).require);
  const store = createEventReader({ dynamodb, table, cursors, nowMs: () => NOW });
  const handler = httpStack({ [ROUTE]: listEvents({ store }) }, { allowedOrigins: [], telemetry: recordTelemetry() });
  return async (userId: string, query: Record<string, string> = {}) => {
    const request = { routeKey: ROUTE, pathParameters: { userId }, query, caller: CALLER };
    const { body } = await handler(httpApiEvent(request), lambdaContext());
    const { data } = JSON.parse(body);
    return { length: data?.events.length, cursor: data?.nextCursor };
  };
}

describe('GET /users/{userId}/events', () => {
  const { query, get: readOfKey } = METERED;

  it('is one read unit for a page of twenty, however many there are', async () => {
    const list = start();
    const { cursor } = await list(CALLER.userId);
    await takeRequests();
    const next = await list(CALLER.userId, { cursor });
    expect(next.length).toBe(20);
    expect(await takeRequests()).toEqual([query]);
    expect((await list(CALLER.userId, { cursor: next.cursor })).length).toBe(20);
    expect(await takeRequests()).toEqual([query]);
  });

  it('is one read more for the first cursor in an environment, of its key', async () => {
    const { cursor } = await start()(CALLER.userId);
    expect(await takeRequests()).toEqual([query, readOfKey]);
    await start()(CALLER.userId, { cursor });
    expect(await takeRequests()).toEqual([readOfKey, query]);
  });

  it('needs no key where all are on one page', async () => {
    const { length, cursor } = await start()(CALLER.userId, { limit: '100' });
    expect({ length, cursor }).toEqual({ length: 60, cursor: undefined });
    expect(await takeRequests()).toEqual([{ ...query, capacityUnits: expect.any(Number) }]);
  });

  it('is nothing when it is refused', async () => {
    expect((await start()('somebody-else')).length).toBeUndefined();
    expect(await takeRequests()).toEqual([]);
  });
});
