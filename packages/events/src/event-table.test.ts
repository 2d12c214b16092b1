import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, toBase64url, userKey, uuidv7 } from '@cloakroom/core';
import { createTestTable, newUser, testCursors, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventReader } from './event-reader.ts';
import { createEventWriter } from './event-writer.ts';
import type { UserEvent } from './user-event.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const RETENTION_SECONDS = 90 * 86_400;
const ann = { issuer: 'pool', sub: 'ann' };

function event(overrides: Partial<UserEvent> = {}): UserEvent {
  const at = new Date(NOW).toISOString();
  return {
    user: ann,
    id: uuidv7(NOW),
    type: 'cart.paid',
    data: jsonText({}),
    occurredAt: at,
    receivedAt: at,
    ...overrides,
  };
}

describe('events in the table', () => {
  const dynamodb = testDynamoDb();
  let table: string;
  let now: number;
  let store: ReturnType<typeof createEventReader> & ReturnType<typeof createEventWriter>;

  beforeAll(async () => {
    table = await createTestTable(dynamodb, 'events');
  });
  beforeEach(() => {
    now = NOW;
    store = {
      ...createEventWriter('client', { items: sdkItems(dynamodb), table, retentionSeconds: RETENTION_SECONDS }),
      ...createEventReader({ dynamodb, table, cursors: testCursors, nowMs: () => now }),
    };
  });
  afterAll(() => dynamodb.destroy());

  it('gives back what it was given, numbers that DynamoDB does not have included', async () => {
    const user = newUser();
    const stored = event({ user, data: jsonText({ huge: 1e300, tiny: 5e-324, empty: '', list: [null, true, [{}]] }) });
    expect(await store.put(stored)).toBe('stored');
    expect(await store.listOfUser(user, { limit: 10 })).toEqual({ events: [{ ...stored, source: 'client' }] });
  });

  it('stores an event once, however often it comes, and keeps the first', async () => {
    const user = newUser();
    const first = event({ user, data: jsonText({ attempt: 1 }) });
    await store.put(first);
    now += 5000;
    expect(await store.put({ ...first, data: jsonText({ attempt: 2 }), receivedAt: new Date(now).toISOString() })).toBe(
      'already stored',
    );
    expect(await store.listOfUser(user, { limit: 10 })).toEqual({ events: [{ ...first, source: 'client' }] });
  });

  it('shows what clients and what the system say in one list, newest first, and tells them apart', async () => {
    const user = newUser();
    const system = createEventWriter('system', {
      items: sdkItems(dynamodb),
      table,
      retentionSeconds: RETENTION_SECONDS,
    });
    const [first, second, third] = [0, 1, 2].map((at) => uuidv7(NOW + at * 1000)) as [string, string, string];
    await store.put(event({ user, id: first }));
    await system.put(event({ user, id: second, type: 'session.created' }));
    await store.put(event({ user, id: third }));
    const { events } = await store.listOfUser(user, { limit: 10 });
    expect(events.map(({ id, source }) => [id, source])).toEqual([
      [third, 'client'],
      [second, 'system'],
      [first, 'client'],
    ]);
  });

  it('keeps a client from the key of what the system says', async () => {
    const user = newUser();
    const system = createEventWriter('system', {
      items: sdkItems(dynamodb),
      table,
      retentionSeconds: RETENTION_SECONDS,
    });
    const id = uuidv7(NOW);
    expect(await store.put(event({ user, id }))).toBe('stored');
    expect(await system.put(event({ user, id, type: 'session.revoked' }))).toBe('stored');
    expect(await system.put(event({ user, id, type: 'session.revoked' }))).toBe('already stored');
    const { receivedAt } = event({ user, id });
    await system.remove({ user, id, receivedAt });
    await system.remove({ user, id, receivedAt });
    const { events } = await store.listOfUser(user, { limit: 10 });
    expect(events.map(({ source }) => source)).toEqual(['client']);
  });

  it('does not take back one that came later with the same id', async () => {
    const user = newUser();
    const stored = event({ user });
    await store.put(stored);
    await store.remove({ ...stored, receivedAt: new Date(NOW - 1).toISOString() });
    expect((await store.listOfUser(user, { limit: 10 })).events).toHaveLength(1);
    await store.remove(stored);
    expect((await store.listOfUser(user, { limit: 10 })).events).toHaveLength(0);
  });

  it('lets DynamoDB drop it after the retention, told in seconds', async () => {
    const stored = event({ user: newUser() });
    await store.put(stored);
    const Key = marshall({ user_key: `U#pool#${stored.user.sub}`, event_key: `${stored.id}#c` });
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item?.ttl).toEqual({ N: String(NOW / 1000 + RETENTION_SECONDS) });
  });

  it('never shows what has expired, although it is still there', async () => {
    const user = newUser();
    await store.put(event({ user }));
    now = NOW + RETENTION_SECONDS * 1000;
    expect(await store.listOfUser(user, { limit: 10 })).toEqual({ events: [] });
  });

  it('pages through the events of one user, newest first, each once', async () => {
    const user = newUser();
    await store.put(event({ user: { ...user, issuer: 'other' } }));
    const ids = Array.from({ length: 5 }, (_, index) => uuidv7(NOW + index * 1000));
    for (const id of ids) await store.put(event({ user, id }));
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listOfUser(user, { limit: 2, cursor });
      pages.push(page.events.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(ids.toReversed());
  });

  it('has no next page when the last one is exactly full', async () => {
    const user = newUser();
    for (const second of [0, 1]) await store.put(event({ user, id: uuidv7(NOW + second * 1000) }));
    expect(await store.listOfUser(user, { limit: 2 })).not.toHaveProperty('nextCursor');
  });

  it('goes on where expired events left a page short', async () => {
    const user = newUser();
    const old = new Date(NOW - 1000).toISOString();
    const ids = [3, 2, 1].map((second) => uuidv7(NOW + second * 1000));
    for (const [index, id] of ids.entries())
      await store.put(event({ user, id, ...(index < 2 ? { receivedAt: old } : {}) }));
    now = NOW + RETENTION_SECONDS * 1000 - 1000;
    const first = await store.listOfUser(user, { limit: 1 });
    expect(first.events).toEqual([]);
    const second = await store.listOfUser(user, { limit: 1, cursor: first.nextCursor });
    expect(second.events.map(({ id }) => id)).toEqual([ids[2]]);
  });

  it('refuses the cursor of another user', async () => {
    const [mine, yours] = [newUser(), newUser()];
    for (const second of [0, 1]) await store.put(event({ user: mine, id: uuidv7(NOW + second * 1000) }));
    const { nextCursor } = await store.listOfUser(mine, { limit: 1 });
    await expect(store.listOfUser(yours, { limit: 1, cursor: nextCursor })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  const sealed = (position: string) => testCursors.seal(`events:${userKey(ann)}`, position);
  it.each([
    ['empty', ''],
    ['not base64url', '!!!'],
    ['sealed by nobody', toBase64url(`${uuidv7(NOW)}#c`)],
    ['not an event key', sealed('something')],
    ['of another key space', sealed(`${uuidv7(NOW)}#x`)],
    ['without a UUIDv7', sealed(`${'0'.repeat(36)}#c`)],
    ['padded', sealed(`${uuidv7(NOW)}#c`).then((cursor) => `${cursor}==`)],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    await expect(store.listOfUser(ann, { limit: 1, cursor: await cursor })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
      field: 'cursor',
    });
  });

  it.each([
    ['data', { event_key: `${uuidv7(NOW)}#s`, data: '[]' }],
    ['event_key', { event_key: 'nonsense#s', data: '{}' }],
    ['event_key', { event_key: `${uuidv7(NOW)}#x`, data: '{}' }],
  ])('says which attribute of an item is none of ours: %s', async (field, attributes) => {
    const user = newUser();
    const at = new Date(NOW).toISOString();
    const item = {
      user_key: `U#pool#${user.sub}`,
      type: 'session.created',
      occurred_at: at,
      received_at: at,
      ttl: NOW,
    };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item: marshall({ ...item, ...attributes }) }));
    await expect(store.listOfUser(user, { limit: 1 })).rejects.toMatchObject({ code: 'MALFORMED', field });
  });

  it('passes on what DynamoDB says', async () => {
    const missing = createEventWriter('client', { items: sdkItems(dynamodb), table: 'missing', retentionSeconds: 1 });
    await expect(missing.put(event())).rejects.toThrow('non-existent table');
  });
});
