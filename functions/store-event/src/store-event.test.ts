import { sdkWrites } from '@cloakroom/aws/dynamodb';
import { jsonText, uuidv7 } from '@cloakroom/core';
import {
  createEventReader,
  createEventWriter,
  type EventWriter,
  formatMessage,
  type UserEvent,
} from '@cloakroom/events';
import { createTestTable, recordTelemetry, testCursors, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type StoreEventDeps, storeEvent } from './store-event.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const at = new Date(NOW).toISOString();
const dynamodb = testDynamoDb();
let table: string;
beforeAll(async () => {
  table = await createTestTable(dynamodb, 'events');
});
afterAll(() => dynamodb.destroy());

function event(sub: string): UserEvent {
  const user = { issuer: 'pool', sub };
  return {
    user,
    id: uuidv7(NOW),
    type: 'cart.paid',
    data: jsonText({ note: 'canary' }),
    occurredAt: at,
    receivedAt: at,
  };
}

const batchOf = (...bodies: string[]) => ({ Records: bodies.map((body, n) => ({ messageId: `m${n}`, body })) });
const failures = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

const writer = () => createEventWriter('client', { items: sdkWrites(dynamodb), table, retentionSeconds: 86_400 });

function setUp(overrides: Partial<StoreEventDeps> = {}) {
  const telemetry = recordTelemetry();
  const handle = storeEvent({ events: writer(), readErasures: async () => () => undefined, telemetry, ...overrides });
  return { telemetry, handle };
}

async function idsOf(sub: string): Promise<string[]> {
  const reader = createEventReader({ dynamodb, table, cursors: testCursors, nowMs: () => NOW });
  const { events } = await reader.listOfUser({ issuer: 'pool', sub }, { limit: 100 });
  return events.map(({ id }) => id).sort();
}

describe('storeEvent', () => {
  it('stores a batch', async () => {
    const events = Array.from({ length: 10 }, () => event('ann'));
    expect(await setUp().handle(batchOf(...events.map(formatMessage)))).toEqual(failures());
    expect(await idsOf('ann')).toEqual(events.map(({ id }) => id).sort());
  });

  it('tells in its lines which request posted the event, where the message says so', async () => {
    const { handle, telemetry } = setUp();
    const { Records } = batchOf(formatMessage(event('rita')), '{}', formatMessage(event('rita')));
    const messageAttributes = { requestId: { stringValue: 'gateway-1', dataType: 'String' } };
    await handle({ Records: [...Records.slice(0, 2).map((record) => ({ ...record, messageAttributes })), Records[2]] });
    const told = telemetry.lines.map(({ code, fields }) => [fields.messageId, code, fields.requestId]).sort();
    expect(told).toEqual([
      ['m0', 'event.stored', 'gateway-1'],
      ['m1', 'event.malformed', 'gateway-1'],
      ['m2', 'event.stored', undefined],
    ]);
  });

  it('stores an event once, though it comes twice', async () => {
    const message = formatMessage(event('bob'));
    expect(await setUp().handle(batchOf(message, message))).toEqual(failures());
    const { handle, telemetry } = setUp();
    expect(await handle(batchOf(message))).toEqual(failures());
    expect(await idsOf('bob')).toHaveLength(1);
    expect(telemetry.counts).toEqual([{ metric: 'EventsStored', dimensions: { outcome: 'already stored' } }]);
  });

  it('reports a poison message alone, and stores the rest', async () => {
    const [first, last] = [event('carl'), event('carl')];
    const poison = ['{"canary":', '{}', formatMessage({ ...event('carl'), type: 'session.revoked' })];
    const { handle, telemetry } = setUp();
    const batch = batchOf(formatMessage(first), ...poison, formatMessage(last));
    const { batchItemFailures } = await handle(batch);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['m1', 'm2', 'm3']);
    expect(await idsOf('carl')).toEqual([first.id, last.id].sort());
    const errors = telemetry.lines.filter(({ level }) => level === 'error');
    expect(errors.map(({ code, fields }) => [code, fields.messageId])).toEqual([
      ['event.malformed', 'm1'],
      ['event.malformed', 'm2'],
      ['event.malformed', 'm3'],
    ]);
    expect(JSON.stringify(telemetry.lines)).not.toContain('canary');
  });

  it('reports every message when the table cannot be reached', async () => {
    const down: EventWriter = { ...writer(), put: () => Promise.reject(new Error('throttled')) };
    const { handle, telemetry } = setUp({ events: down });
    const messages = Array.from({ length: 7 }, () => formatMessage(event('dora')));
    const { batchItemFailures } = await handle(batchOf(...messages));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
      messages.map((_, n) => `m${n}`),
    );
    expect(telemetry.lines).toHaveLength(7);
    expect(telemetry.lines[0]).toMatchObject({ code: 'event.failed', fields: { error: { message: 'throttled' } } });
  });

  it('stores nothing that came before its user was erased, and what comes after it', async () => {
    const readErasures = async () => () => NOW / 1000 + 60;
    const later = { ...event('fay'), receivedAt: new Date(NOW + 120_000).toISOString() };
    const { handle, telemetry } = setUp({ readErasures });
    expect(await handle(batchOf(formatMessage(event('fay')), formatMessage(later)))).toEqual(failures());
    expect(await idsOf('fay')).toEqual([later.id]);
    expect(telemetry.lines.map(({ fields }) => fields.outcome).sort()).toEqual(['of an erased user', 'stored']);
  });

  it('takes back what it has stored while its user was being erased', async () => {
    let mark: number | undefined;
    const events: EventWriter = {
      ...writer(),
      async put(stored) {
        const outcome = await writer().put(stored);
        mark = NOW / 1000;
        return outcome;
      },
    };
    const message = formatMessage(event('gus'));
    expect(await setUp({ events, readErasures: async () => () => mark }).handle(batchOf(message))).toEqual(failures());
    expect(await idsOf('gus')).toEqual([]);
  });

  it('takes back at the next try what it could not take back at the last', async () => {
    let mark: number | undefined;
    const events: EventWriter = {
      async put(stored) {
        const outcome = await writer().put(stored);
        mark = NOW / 1000;
        return outcome;
      },
      remove: () => Promise.reject(new Error('throttled')),
    };
    const batch = batchOf(formatMessage(event('ida')));
    expect(await setUp({ events, readErasures: async () => () => mark }).handle(batch)).toEqual(failures('m0'));
    expect(await idsOf('ida')).toHaveLength(1);
    expect(await setUp({ readErasures: async () => () => mark }).handle(batch)).toEqual(failures());
    expect(await idsOf('ida')).toEqual([]);
  });

  it('reports an event of which it cannot tell whether its user was erased, and stores it not', async () => {
    const { handle } = setUp({ readErasures: () => Promise.reject(new Error('throttled')) });
    expect(await handle(batchOf(formatMessage(event('hal'))))).toEqual(failures('m0'));
    expect(await idsOf('hal')).toEqual([]);
  });

  it('stores at most five at the same time', async () => {
    let running = 0;
    let most = 0;
    const slow: EventWriter = {
      ...writer(),
      async put() {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running -= 1;
        return 'stored';
      },
    };
    await setUp({ events: slow }).handle(batchOf(...Array.from({ length: 20 }, () => formatMessage(event('emil')))));
    expect(most).toBe(5);
  });

  it.each([[undefined], [{}], [{ Records: [{ eventSource: 'aws:kinesis' }] }]])(
    'throws for %j, no batch of SQS',
    async (batch) => {
      await expect(setUp().handle(batch)).rejects.toMatchObject({ code: 'MALFORMED', field: 'event' });
    },
  );
});
