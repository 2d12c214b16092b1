import { jsonText, uuidv7, uuidv7Ms } from '@cloakroom/core';
import { createEventQueue, parseMessage } from '@cloakroom/events';
import { httpStack } from '@cloakroom/http';
import { aCaller, httpApiEvent, lambdaContext, recordTelemetry, restEvent, type TestRequest } from '@cloakroom/testing';
import { startTestSqs, type TestSqs } from '@cloakroom/testing/queues';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { enqueueEvent } from './enqueue-event.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const ROUTE = 'POST /users/{userId}/events';
const ann = aCaller();

let queues: TestSqs;
let queueUrl: string;
beforeAll(async () => {
  queues = await startTestSqs();
});
beforeEach(async () => {
  queueUrl = await queues.createQueue();
});
afterAll(() => queues.stop());

async function post(body: unknown, overrides: Partial<TestRequest> = {}, toEvent = httpApiEvent) {
  const queue = createEventQueue({ sqs: queues.sqs, queueUrl });
  const telemetry = recordTelemetry();
  const options = { allowedOrigins: [], telemetry };
  const handler = httpStack({ [ROUTE]: enqueueEvent({ queue, nowMs: () => NOW, telemetry }) }, options);
  const event = toEvent({
    routeKey: ROUTE,
    pathParameters: { userId: 'ann' },
    headers: { 'content-type': 'application/json' },
    caller: ann,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    ...overrides,
  });
  const { statusCode, body: answer } = await handler(event, lambdaContext());
  return { statusCode, body: JSON.parse(answer), counts: telemetry.counts };
}

const queued = async () => (await queues.drain(queueUrl)).map(parseMessage);
const good = { type: 'cart.paid', data: { price: 12 } };

describe('events that are accepted', () => {
  it.each([
    ['an HTTP API', httpApiEvent],
    ['a REST API', restEvent],
  ])('are on the queue when 202 tells their id, through %s', async (_, toEvent) => {
    const { statusCode, body } = await post(good, {}, toEvent);
    expect({ statusCode, body }).toEqual({
      statusCode: 202,
      body: { success: true, data: { ids: [expect.any(String)] } },
    });
    const at = new Date(NOW).toISOString();
    expect(await queued()).toEqual([
      {
        ...good,
        data: jsonText(good.data),
        id: body.data.ids[0],
        user: { issuer: 'pool', sub: 'ann' },
        occurredAt: at,
        receivedAt: at,
      },
    ]);
  });

  it('have their ids in the order of the list', async () => {
    const ids = [3, 1, 2].map((second) => uuidv7(NOW - second * 1000));
    const { body, counts } = await post(ids.map((id) => ({ ...good, id })));
    expect(body.data.ids).toEqual(ids);
    expect(counts).toEqual([{ metric: 'EventsAccepted', dimensions: {}, value: 3 }]);
    expect((await queued()).map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });

  it.each([10, -10])('are received by our clock, though that of the client is %i minutes off', async (minutes) => {
    const occurredAt = new Date(NOW + minutes * 60_000).toISOString();
    const { statusCode, body } = await post({ ...good, occurredAt });
    expect(statusCode).toBe(202);
    expect(await queued()).toMatchObject([
      { id: body.data.ids[0], occurredAt, receivedAt: new Date(NOW).toISOString() },
    ]);
    expect(uuidv7Ms(body.data.ids[0])).toBe(NOW);
  });

  it('may hold any character', async () => {
    const data = { text: 'é💚\u0000\uFFFE\uFFFF', '': ' ' };
    expect(await post({ ...good, data })).toMatchObject({ statusCode: 202 });
    expect((await queued())[0]?.data).toEqual(jsonText(data));
  });
});

describe('bad input is refused with its reason, and nothing is queued', () => {
  const tooLarge = { text: 'x'.repeat(8 * 1024) };
  const sameId = { ...good, id: uuidv7(NOW) };
  const cases: Record<string, [body: unknown, status: number, code: string, field?: string]> = {
    'malformed JSON': ['{"type":"a"', 400, 'MALFORMED_JSON'],
    'no body': ['', 400, 'VALIDATION_FAILED', 'body'],
    'an invalid UTF-8 sequence': [Buffer.from([0x7b, 0xff, 0x7d]), 400, 'MALFORMED_JSON'],
    'a prototype key in data': ['{"type":"a","data":{"__proto__":{}}}', 400, 'MALFORMED_JSON', 'data.__proto__'],
    'a number that overflows': ['{"type":"a","data":{"n":1e999}}', 400, 'MALFORMED_JSON', 'data.n'],
    'data nested too deep': [
      `{"type":"a","data":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
      400,
      'MALFORMED_JSON',
      `data${'.a'.repeat(15)}`,
    ],
    'text for an event': ['"a"', 400, 'VALIDATION_FAILED', 'body'],
    'null for an event': ['null', 400, 'VALIDATION_FAILED', 'body'],
    'a wrong type of type': [{ ...good, type: 7 }, 400, 'VALIDATION_FAILED', 'type'],
    'a reserved type': [{ ...good, type: 'session.created' }, 400, 'VALIDATION_FAILED', 'type'],
    'no type': [{ data: {} }, 400, 'VALIDATION_FAILED', 'type'],
    'no data': [{ type: 'a' }, 400, 'VALIDATION_FAILED', 'data'],
    'a list as data': [{ type: 'a', data: [] }, 400, 'VALIDATION_FAILED', 'data'],
    'an unknown field': [{ ...good, userId: 'bob' }, 400, 'VALIDATION_FAILED', 'userId'],
    'an unknown field in a list': [[good, { ...good, x: 1 }], 400, 'VALIDATION_FAILED', '1.x'],
    'an id that is no UUIDv7': [{ ...good, id: '1' }, 400, 'VALIDATION_FAILED', 'id'],
    'an id of tomorrow': [{ ...good, id: uuidv7(NOW + 86_400_000) }, 400, 'VALIDATION_FAILED', 'id'],
    'a time without a zone': [{ ...good, occurredAt: '2026-11-20T10:00:00' }, 400, 'VALIDATION_FAILED', 'occurredAt'],
    'an empty list': [[], 400, 'VALIDATION_FAILED', 'body'],
    '11 events': [Array(11).fill(good), 400, 'VALIDATION_FAILED', 'body'],
    'one id twice': [[sameId, sameId], 400, 'VALIDATION_FAILED', '1.id'],
    'data over 8 KiB': [{ ...good, data: tooLarge }, 413, 'DATA_TOO_LARGE', 'data'],
    'data over 8 KiB in a list': [[good, { ...good, data: tooLarge }], 413, 'DATA_TOO_LARGE', '1.data'],
    'a body of 65 KiB': [{ ...good, data: { text: 'x'.repeat(65 * 1024) } }, 413, 'BODY_TOO_LARGE'],
  };

  it.each(Object.entries(cases))('%s', async (_, [body, statusCode, code, field]) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ statusCode, body: { success: false, error: { code } } });
    expect(answer.body.error.field).toBe(field);
    expect(await queued()).toEqual([]);
  });

  it('another content type', async () => {
    const answer = await post(good, { headers: { 'content-type': 'text/plain' } });
    expect(answer).toMatchObject({ statusCode: 415, body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } } });
    expect(await queued()).toEqual([]);
  });

  it.each([
    ['without a caller', { caller: undefined } as never, 401],
    ['for another user', { pathParameters: { userId: 'bob' } }, 403],
    ['with a token that has no session', { caller: { ...ann, bootstrap: true } }, 403],
  ])('a request %s', async (_, overrides, statusCode) => {
    expect(await post(good, overrides)).toMatchObject({ statusCode, body: { success: false } });
    expect(await queued()).toEqual([]);
  });
});

it('does not say 202 when SQS has not confirmed', async () => {
  queueUrl = queueUrl.replace('queue-', 'gone-');
  expect(await post(good)).toMatchObject({ statusCode: 500, body: { error: { code: 'INTERNAL' } }, counts: [] });
});
