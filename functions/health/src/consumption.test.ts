import { getAndHead, httpStack } from '@cloakroom/http';
import {
  createTestTable,
  httpApiEvent,
  lambdaContext,
  meteredDynamoDb,
  recordTelemetry,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CheckOptions, createChecks } from './checks.ts';
import { health } from './health.ts';
import { ready } from './ready.ts';

const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
let handler: ReturnType<typeof httpStack>;
let now = 0;
beforeAll(async () => {
  const sqs = { send: async () => ({}) } as unknown as CheckOptions['sqs'];
  const checks = createChecks({
    dynamodb,
    sqs,
    verifyIdentity: async () => ({}),
    sessionsTable: await createTestTable(real, 'sessions'),
    eventsTable: await createTestTable(real, 'events'),
    queueUrl: 'queue',
  });
  const telemetry = recordTelemetry();
  const routes = {
    '/health': health({ version: '1.2.3', nowMs: Date.now }),
    '/ready': ready({ checks, timeoutMs: 2000, keepMs: 5000, nowMs: () => now, log: telemetry.log }),
  };
  handler = httpStack(getAndHead(routes), { allowedOrigins: [], telemetry });
});
afterAll(() => real.destroy());

async function costOf(routeKey: string) {
  expect(await handler(httpApiEvent({ routeKey }), lambdaContext())).toMatchObject({ statusCode: 200 });
  return takeRequests();
}

describe('GET and HEAD /health', () => {
  it.each(['GET /health', 'HEAD /health'])('is nothing', async (routeKey) => {
    expect(await costOf(routeKey)).toEqual([]);
  });
});

describe('GET and HEAD /ready', () => {
  it.each(['GET /ready', 'HEAD /ready'])('is half a read of each table', async (routeKey) => {
    now += 5000;
    const get = { name: 'GetItemCommand', capacityUnits: 0.5 };
    expect(await costOf(routeKey)).toEqual([get, get]);
    now += 5000;
    expect(await costOf(routeKey)).toEqual([get, get]);
  });

  it('is nothing within five seconds of the last', async () => {
    now += 5000;
    await costOf('GET /ready');
    now += 4999;
    expect(await costOf('GET /ready')).toEqual([]);
  });
});
