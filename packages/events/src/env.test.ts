import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, readEnv } from '@cloakroom/core';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, expect, it } from '@jest/globals';
import { eventWriterEnv, eventWriterFrom } from './env.ts';
import { formatKey } from './event-item.ts';

const dynamodb = testDynamoDb();
afterAll(() => dynamodb.destroy());

it('keeps an event for as many days as the environment says', async () => {
  const table = await createTestTable(dynamodb, 'events');
  const env = readEnv(eventWriterEnv, { EVENTS_TABLE: table, EVENTS_RETENTION_DAYS: '7' });
  const at = '2026-11-20T10:00:00.000Z';
  const user = { issuer: 'pool', sub: 'ann' };
  const event = { user, id: '019e9c5e-0000-7000-8000-000000000000', type: 'cart.paid', data: jsonText({}) };
  await eventWriterFrom(env, { aws: { items: sdkItems(dynamodb) }, source: 'system' }).put({
    ...event,
    occurredAt: at,
    receivedAt: at,
  });
  const Key = formatKey({ ...event, source: 'system' });
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key }));
  expect(Item?.ttl).toEqual({ N: String(Date.parse('2026-11-27T10:00:00Z') / 1000) });
});
