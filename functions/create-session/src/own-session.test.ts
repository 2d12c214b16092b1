import { randomUUID } from 'node:crypto';
import type { Caller } from '@cloakroom/core';
import { httpStack } from '@cloakroom/http';
import { createSessionStore, createTicketStore, publicSessionId, type TicketStore } from '@cloakroom/sessions';
import {
  aCaller,
  aPolicy,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  METERED,
  meteredDynamoDb,
  recordTelemetry,
  restEvent,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSession } from './create-session.ts';

const NOW = 1_780_000_000;
const nowMs = () => NOW * 1000;
const APP = 'https://app.example.com';
const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
const telemetry = recordTelemetry();
let store: ReturnType<typeof createSessionStore> & TicketStore;
let handler: ReturnType<typeof httpStack>;

beforeAll(async () => {
  const table = await createTestTable(real, 'sessions');
  const options = { ...STORE_RULES, dynamodb, table, nowMs };
  store = { ...createSessionStore(options), ...createTicketStore(options) };
  const verifier = { verify: () => Promise.reject(new Error('there is no token')) };
  const deps = { verifier, sessions: store, policy: aPolicy(), ipStorage: 'full', nowMs, telemetry } as const;
  handler = httpStack(createSession(deps), { allowedOrigins: [APP], telemetry });
});

afterAll(() => real.destroy());

/** A session opened by a browser, and its caller as the authorizer tells of them. */
async function signIn() {
  const user = { issuer: 'local', sub: randomUUID() };
  const times = { authTime: NOW - 1, issuedAt: NOW, receivedAt: NOW, isSilent: false };
  const exchange = { user, clientId: 'web', scope: '', groups: [], ...times };
  const client = { ip: '', userAgent: 'Firefox' };
  const result = await store.openTicket({ exchange, client, policy: aPolicy(), recheckSeconds: 3600 });
  if (result.verdict !== 'open') throw new Error('the exchange opens nothing');
  const { session } = result;
  const sessionId = publicSessionId(user, session.id);
  const caller = aCaller({ userId: user.sub, issuer: 'local', kind: 'ticket', sessionId });
  await takeRequests();
  return { user, session, sessionId, caller };
}

async function ask(caller: Caller, { userId = 'me', body = {}, headers = {}, eventOf = httpApiEvent } = {}) {
  const page = { 'x-cloakroom-csrf': '1', origin: APP, 'content-type': 'application/json', ...headers };
  const routeKey = 'POST /users/{userId}/sessions';
  const event = eventOf({ routeKey, pathParameters: { userId }, headers: page, body: JSON.stringify(body), caller });
  const answer = await handler(event, lambdaContext());
  return { status: answer.statusCode, ...JSON.parse(answer.body) };
}

describe('asking for a session with a ticket', () => {
  it('answers with the one it has, by two reads, and changes nothing of it', async () => {
    const { user, session, sessionId, caller } = await signIn();
    for (const eventOf of [httpApiEvent, restEvent]) {
      const { status, data } = await ask(caller, { body: { device: 'phone', data: { a: 1 } }, eventOf });
      expect(status).toBe(200);
      expect(data).toMatchObject({ sessionId, userId: user.sub, current: true, isActive: true, version: 0, data: {} });
      expect(await takeRequests()).toEqual([METERED.get, METERED.get]);
    }
    await expect(store.get(user, session.id)).resolves.toEqual(session);
    expect(telemetry.lines.map(({ code }) => code)).toContain('session.existing');
  });

  it('is for oneself alone', async () => {
    const [one, two] = [await signIn(), await signIn()];
    expect(await ask(one.caller, { userId: one.user.sub })).toMatchObject({ status: 200 });
    expect(await ask(one.caller, { userId: two.user.sub })).toMatchObject({
      status: 403,
      error: { code: 'FORBIDDEN' },
    });
    const mixed = { ...one.caller, sessionId: two.sessionId };
    expect(await ask(mixed)).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
    expect(await takeRequests()).toHaveLength(2);
  });

  it('tells of one that has ended meanwhile, and makes no other', async () => {
    const { user, session, caller } = await signIn();
    await store.revoke(session);
    expect(await ask(caller)).toMatchObject({ status: 410, error: { code: 'SESSION_ENDED', endedReason: 'revoked' } });
    expect((await store.getUser(user)).sessions).toEqual([]);
  });

  it('is refused to a page that is none of ours', async () => {
    const { caller } = await signIn();
    for (const headers of [{ origin: 'https://evil.example' }, { 'x-cloakroom-csrf': '0' }]) {
      expect(await ask(caller, { headers })).toMatchObject({ status: 403, error: { code: 'CSRF_REFUSED' } });
    }
    expect(await takeRequests()).toEqual([]);
  });
});
