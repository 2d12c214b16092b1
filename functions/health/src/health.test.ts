import { setImmediate } from 'node:timers/promises';
import { DependencyUnavailableError, MissingTableError } from '@cloakroom/aws';
import { getAndHead, httpStack } from '@cloakroom/http';
import { createTestTable, httpApiEvent, lambdaContext, recordTelemetry, testDynamoDb } from '@cloakroom/testing';
import { startTestSqs, type TestSqs } from '@cloakroom/testing/queues';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Check } from './ask.ts';
import { type CheckOptions, createChecks } from './checks.ts';
import { health } from './health.ts';
import { ready } from './ready.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');

function setUp(checks: Record<string, Check> = {}, timeoutMs = 2000) {
  const telemetry = recordTelemetry();
  const clock = { nowMs: NOW };
  const nowMs = () => clock.nowMs;
  const routes = {
    '/health': health({ version: '1.2.3', nowMs }),
    '/ready': ready({ checks, timeoutMs, keepMs: 5000, nowMs, log: telemetry.log }),
  };
  const handler = httpStack(getAndHead(routes), { allowedOrigins: [], telemetry });
  const send = async (event: unknown) => {
    const { statusCode, headers, body } = await handler(event, lambdaContext());
    return { statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
  };
  return { telemetry, clock, send };
}

describe('GET /health', () => {
  it('tells version and time, for the shortest event there is', async () => {
    expect(await setUp().send({ httpMethod: 'GET', path: '/health' })).toMatchObject({
      statusCode: 200,
      body: {
        success: true,
        data: { status: 'ok', version: '1.2.3', time: '2026-11-20T10:00:00.000Z', csrfHeader: false },
      },
    });
  });

  it.each([
    ['1', true],
    ['true', false],
    ['1,1', false],
  ])('says whether the header of cookie requests arrived: %s', async (value, csrfHeader) => {
    const event = httpApiEvent({ routeKey: 'GET /health', headers: { 'X-Cloakroom-CSRF': value } });
    expect((await setUp().send(event)).body.data.csrfHeader).toBe(csrfHeader);
  });
});

describe('HEAD', () => {
  const down = { queue: () => Promise.reject(new Error('gone')) };

  it.each([
    ['/health', {}, 200],
    ['/ready', {}, 200],
    ['/ready', down, 503],
  ])('of %s answers as GET does, without content', async (path, checks, statusCode) => {
    const answer = await setUp(checks).send({ httpMethod: 'HEAD', path });
    expect(answer).toMatchObject({ statusCode, body: undefined, headers: { 'content-type': 'application/json' } });
    expect(await setUp(checks).send(httpApiEvent({ routeKey: `HEAD ${path}` }))).toMatchObject({ statusCode });
  });
});

describe('GET /ready', () => {
  const READY = { httpMethod: 'GET', path: '/ready' };
  const dynamodb = testDynamoDb();
  let queues: TestSqs;
  let options: CheckOptions;
  beforeAll(async () => {
    queues = await startTestSqs();
    options = {
      dynamodb,
      sqs: queues.sqs,
      verifyIdentity: async () => ({ account: '000000000000', arn: 'arn' }),
      sessionsTable: await createTestTable(dynamodb, 'sessions'),
      eventsTable: await createTestTable(dynamodb, 'events'),
      queueUrl: await queues.createQueue(),
    };
  });
  afterAll(async () => {
    dynamodb.destroy();
    await queues.stop();
  });

  it('is 200 when everything works', async () => {
    const up = (name: string) => ({ name, status: 'up', latencyMs: 0 });
    expect(await setUp(createChecks(options)).send(READY)).toMatchObject({
      statusCode: 200,
      body: {
        data: { status: 'ready', dependencies: ['sessions table', 'events table', 'queue', 'identity'].map(up) },
      },
    });
  });

  const whoAmI = (error: Error) => (all: CheckOptions) => ({
    ...all,
    verifyIdentity: () => Promise.reject(error),
  });

  it.each<[string, string, (options: CheckOptions) => CheckOptions]>([
    ['sessions table', 'refused', (all) => ({ ...all, sessionsTable: 'gone' })],
    ['events table', 'refused', (all) => ({ ...all, eventsTable: 'gone' })],
    ['queue', 'refused', (all) => ({ ...all, queueUrl: 'http://127.0.0.1/000000000000/gone' })],
    ['identity', 'refused', whoAmI(new MissingTableError(['secret'], 'secret'))],
    ['identity', 'unavailable', whoAmI(new DependencyUnavailableError('secret', { cause: 'secret' }))],
    ['identity', 'failed', whoAmI(new Error('secret'))],
  ])('names the %s when it is down: %s, and keeps the reason for the log', async (name, problem, change) => {
    const { send, telemetry } = setUp(createChecks(change(options)));
    const { statusCode, headers, body } = await send(READY);
    expect(statusCode).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const states = Object.keys(createChecks(options)).map((one) =>
      one === name ? { name: one, status: 'down', latencyMs: 0, problem } : { name: one, status: 'up', latencyMs: 0 },
    );
    const message = `down: ${name} (${problem})`;
    expect(body.error).toEqual({ code: 'DEPENDENCY_UNAVAILABLE', message, dependencies: states });
    expect(telemetry.lines[0]).toMatchObject({
      code: 'health.down',
      fields: { dependency: name, problem, latencyMs: 0, error: { message: expect.any(String) } },
    });
  });

  it('waits for no dependency longer than it may', async () => {
    const given: AbortSignal[] = [];
    const hanging = (abortSignal: AbortSignal) => {
      given.push(abortSignal);
      return new Promise<never>(() => undefined);
    };
    const { body } = await setUp({ one: hanging, two: hanging, three: async () => 1 }, 300).send(READY);
    expect(body.error.message).toBe('down: one (no answer within 300 ms), two (no answer within 300 ms)');
    expect(given.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('tells how long each took', async () => {
    const { clock, send } = setUp({
      fast: async () => undefined,
      slow: async () => {
        await setImmediate(); // when all that waits for nothing has gone on
        clock.nowMs += 70;
      },
    });
    const { body } = await send(READY);
    expect(body.data.dependencies).toEqual([
      { name: 'fast', status: 'up', latencyMs: 0 },
      { name: 'slow', status: 'up', latencyMs: 70 },
    ]);
  });

  it('asks all of them at once', async () => {
    const bothAsked = Promise.withResolvers<void>();
    const checks = { one: () => bothAsked.promise, two: async () => bothAsked.resolve() };
    expect((await setUp(checks, 5000).send(READY)).statusCode).toBe(200);
  });

  it.each([
    ['good', async () => 'fine', 200],
    ['bad', async () => Promise.reject(new Error('broken')), 503],
  ])('gives a %s answer for five seconds, and then asks again', async (_, check, status) => {
    let asked = 0;
    const counting = () => {
      asked += 1;
      return check();
    };
    const { clock, send, telemetry } = setUp({ counting });
    for (const elapsedMs of [0, 1, 4999]) {
      clock.nowMs = NOW + elapsedMs;
      expect((await send(READY)).statusCode).toBe(status);
    }
    expect(asked).toBe(1);
    expect(telemetry.lines.filter(({ code }) => code === 'health.down')).toHaveLength(status === 200 ? 0 : 1);
    clock.nowMs = NOW + 5000;
    await send(READY);
    expect(asked).toBe(2);
  });

  it('asks once for all who ask at the same time', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<void>();
    const counting = () => {
      asked += 1;
      return answer.promise;
    };
    const { send } = setUp({ counting });
    const all = [send(READY), send(READY), send(READY)];
    answer.resolve();
    expect((await Promise.all(all)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(asked).toBe(1);
  });

  it('takes a check that throws at once for one that is down', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    expect((await setUp({ broken }).send(READY)).body.error.message).toBe('down: broken (failed)');
  });
});
