import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDb, sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, type User, uuidv7 } from '@cloakroom/core';
import { createTestTable, newUser, testCursors, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEventEraser } from './event-eraser.ts';
import { createEventReader } from './event-reader.ts';
import { createEventWriter } from './event-writer.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');

describe('erasing the events of a user', () => {
  const dynamodb = testDynamoDb();
  let table: string;
  beforeAll(async () => {
    table = await createTestTable(dynamodb, 'events');
  });
  afterAll(() => dynamodb.destroy());

  async function store(user: User, count: number, receivedMs = NOW): Promise<void> {
    const at = new Date(receivedMs).toISOString();
    const options = { items: sdkItems(dynamodb), table, retentionSeconds: 86_400 };
    const writers = [createEventWriter('client', options), createEventWriter('system', options)];
    const event = () => ({ user, id: uuidv7(NOW), type: 'a.b', data: jsonText({}), occurredAt: at, receivedAt: at });
    await Promise.all(Array.from({ length: count }, (_, index) => writers[index % 2]?.put(event())));
  }
  async function count(user: User): Promise<number> {
    // A clock in the past: what has expired is counted too.
    const reader = createEventReader({ dynamodb, table, cursors: testCursors, nowMs: () => 0 });
    return (await reader.listOfUser(user, { limit: 500 })).events.length;
  }

  it('tells whether there is any, expired or not, of whatever source', async () => {
    const [ann, bob] = [newUser(), newUser()];
    const { hasAny } = createEventEraser({ dynamodb, table });
    expect(await hasAny(ann)).toBe(false);
    await store(ann, 1, 0);
    expect(await hasAny(ann)).toBe(true);
    expect(await hasAny(bob)).toBe(false);
    expect(await hasAny({ ...ann, issuer: 'guests' })).toBe(false);
  });

  it('takes as many pages as it needs, of every source, and leaves other users alone', async () => {
    const [ann, bob] = [newUser(), newUser()];
    await store(ann, 120);
    await store(bob, 1);
    const { erasePage } = createEventEraser({ dynamodb, table });
    expect(await erasePage(ann)).toEqual({ erased: 100, done: false });
    expect(await erasePage(ann)).toEqual({ erased: 20, done: true });
    expect(await erasePage(ann)).toEqual({ erased: 0, done: true });
    expect([await count(ann), await count(bob)]).toEqual([0, 1]);
  });

  it('takes what has expired and was not dropped yet', async () => {
    const user = newUser();
    await store(user, 2, NOW - 365 * 86_400_000);
    expect(await createEventEraser({ dynamodb, table }).erasePage(user)).toEqual({ erased: 2, done: true });
    expect(await count(user)).toBe(0);
  });

  it('tries all of a page though one fails, tells it when nothing is under way any more, and goes on the next time', async () => {
    const user = newUser();
    await store(user, 30);
    let [deletions, underWay] = [0, 0];
    const send = async (command: unknown) => {
      if (!(command instanceof DeleteItemCommand)) return dynamodb.send(command as DeleteItemCommand);
      deletions += 1;
      if (deletions === 15) throw new Error('unreachable');
      underWay += 1;
      return dynamodb.send(command).finally(() => {
        underWay -= 1;
      });
    };
    const { erasePage } = createEventEraser({ dynamodb: { send } as DynamoDb, table });
    await expect(erasePage(user)).rejects.toThrow('unreachable');
    expect([deletions, underWay]).toEqual([30, 0]);
    expect(await erasePage(user)).toEqual({ erased: 1, done: true });
    expect(await count(user)).toBe(0);
  });
});
