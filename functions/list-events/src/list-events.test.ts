import { sdkItems } from '@cloakroom/aws/dynamodb';
import { type Caller, jsonText, publicUserKey, uuidv7 } from '@cloakroom/core';
import { createEventReader, createEventWriter } from '@cloakroom/events';
import { httpStack } from '@cloakroom/http';
import {
  aCaller,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  recordTelemetry,
  testCursors,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listEvents } from './list-events.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const ROUTE = 'GET /users/{userId}/events';
const at = new Date(NOW).toISOString();
const keyOf = (sub: string, issuer = 'pool') => publicUserKey({ issuer, sub });
const caller = (userId: string, issuer = 'pool') => aCaller({ userId, issuer });

const dynamodb = testDynamoDb();
let table: string;
beforeAll(async () => {
  table = await createTestTable(dynamodb, 'events');
});
afterAll(() => dynamodb.destroy());

async function list(who: Caller, query: Record<string, string> = {}, userId = who.userId) {
  const store = createEventReader({ dynamodb, table, cursors: testCursors, nowMs: () => NOW });
  // Here, a group is the alias of an issuer that it administers.
  const administers = ({ groups }: Caller) => groups;
  const options = { allowedOrigins: [], telemetry: recordTelemetry(), administers };
  const handler = httpStack({ [ROUTE]: listEvents({ store }) }, options);
  const event = httpApiEvent({ routeKey: ROUTE, pathParameters: { userId }, query, caller: who });
  const { statusCode, body } = await handler(event, lambdaContext());
  return { statusCode, body: JSON.parse(body) };
}

/** Stores as many events, a second apart, and returns their ids, newest first. */
async function store(user: { issuer: string; sub: string }, count: number): Promise<string[]> {
  const writer = createEventWriter('client', { items: sdkItems(dynamodb), table, retentionSeconds: 86_400 });
  const ids = Array.from({ length: count }, (_, index) => uuidv7(NOW + index * 1000));
  for (const id of ids)
    await writer.put({ user, id, type: 'a.b', data: jsonText({ n: 1 }), occurredAt: at, receivedAt: at });
  return ids.toReversed();
}

describe('the list of events', () => {
  it('shows an event as it was sent, and says once whose they are', async () => {
    const [id] = await store({ issuer: 'pool', sub: 'ann' }, 1);
    expect(await list(caller('ann'))).toEqual({
      statusCode: 200,
      body: {
        success: true,
        data: {
          userId: 'ann',
          userKey: keyOf('ann'),
          events: [{ id, source: 'client', type: 'a.b', data: { n: 1 }, occurredAt: at, receivedAt: at }],
        },
      },
    });
  });

  it('is empty for a user without events, and for the same name at another issuer', async () => {
    await store({ issuer: 'pool', sub: 'bob' }, 1);
    expect(await list(caller('bob', 'other'))).toMatchObject({
      statusCode: 200,
      body: { data: { events: [] } },
    });
  });

  it('comes in pages of 20, newest first, and goes on from a cursor', async () => {
    const ids = await store({ issuer: 'pool', sub: 'carl' }, 21);
    const first = await list(caller('carl'));
    expect(first.body.data.events.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 20));
    const second = await list(caller('carl'), { cursor: first.body.data.nextCursor, limit: '100' });
    expect(second.body.data).toEqual({
      ...first.body.data,
      events: [expect.objectContaining({ id: ids[20] })],
      nextCursor: undefined,
    });
  });

  it('does not go on from another user’s cursor', async () => {
    await store({ issuer: 'pool', sub: 'dora' }, 2);
    const { body } = await list(caller('dora'), { limit: '1' });
    const answer = await list(caller('emil'), { cursor: body.data.nextCursor });
    expect(answer).toMatchObject({ statusCode: 400, body: { error: { code: 'INVALID_CURSOR', field: 'cursor' } } });
  });

  it('is open to who administers its issuer', async () => {
    const [id] = await store({ issuer: 'guests', sub: 'gina' }, 1);
    const admin = { ...caller('root'), groups: ['guests'] };
    const { body } = await list(admin, {}, 'guests:gina');
    const whose = { userId: 'guests:gina', userKey: keyOf('gina', 'guests') };
    expect(body.data).toEqual({ ...whose, events: [expect.objectContaining({ id })] });
    expect(await list(admin, {}, 'gina')).toMatchObject({ statusCode: 403 });
  });

  it.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '101' }],
    ['limit', { limit: '-1' }],
    ['limit', { limit: '1.5' }],
    ['limit', { limit: '1e2' }],
    ['limit', { limit: '' }],
    ['limit', { limit: '1,2' }],
    ['cursor', { cursor: 'x' }],
    ['cursor', { cursor: '' }],
    ['colour', { colour: 'red' }],
    ['__proto__', JSON.parse('{"__proto__":"x"}')],
  ])('is refused with the name of the bad parameter: %s in %j', async (field, query) => {
    expect(await list(caller('ann'), query)).toMatchObject({
      statusCode: 400,
      body: { error: { code: expect.stringMatching(/^INVALID_(QUERY|CURSOR)$/), field } },
    });
  });

  it('is closed to others', async () => {
    expect(await list(caller('ann'), {}, 'bob')).toMatchObject({ statusCode: 403 });
  });
});
