import { httpStack } from '@cloakroom/http';
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
  const aws = { dynamodb, sqs: { send: async () => ({}) }, verifyIdentity: async () => ({}) };
  const checks = createChecks({
    aws: aws as unknown as CheckOptions['aws'],
    sessionsTable: await createTestTable(real, 'sessions'),
    eventsTable: await createTestTable(real, 'events'),
    queueUrl: 'queue',
  });
  const telemetry = recordTelemetry();
  const routes = {
    'GET /health': health({ version: '1.2.3', nowMs: Date.now }),
    'GET /ready': ready({ checks, timeoutMs: 2000, keepMs: 5000, nowMs: () => now, log: telemetry.log }),
  };
  handler = httpStack(routes, { allowedOrigins: [], telemetry });
});
afterAll(() => real.destroy());

async function costOf(routeKey: string) {
  expect(await handler(httpApiEvent({ routeKey }), lambdaContext())).toMatchObject({ statusCode: 200 });
  return takeRequests();
}

describe('GET /health', () => {
  it('is nothing', async () => {
    expect(await costOf('GET /health')).toEqual([]);
  });
});

describe('GET /ready', () => {
  it('is half a read of each table', async () => {
    const get = { name: 'GetItemCommand', capacityUnits: 0.5 };
    expect(await costOf('GET /ready')).toEqual([get, get]);
    now += 5000;
    expect(await costOf('GET /ready')).toEqual([get, get]);
  });

  it('is nothing within five seconds of the last', async () => {
    now += 5000;
    await costOf('GET /ready');
    now += 4999;
    expect(await costOf('GET /ready')).toEqual([]);
  });
});
