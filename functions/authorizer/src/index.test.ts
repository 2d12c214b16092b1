import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerifier, parseIssuers } from '@cloakroom/auth';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { createSessionStore, createTicketStore, formatTicket } from '@cloakroom/sessions';
import {
  aCreation,
  accessClaims,
  anIssuer,
  aPolicy,
  createTestSigner,
  createTestTable,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { httpApi } from './authorizer-fixture.ts';

const dynamodb = testDynamoDb();
const signer = createTestSigner('ES256', 'k');
const provider = createServer((_, response) => response.end(JSON.stringify({ keys: [signer.jwk] })));
const now = Math.floor(Date.now() / 1000);
const DAY = 86_400;
const APP = 'https://app.example.com';
const taskRoot = mkdtempSync(join(tmpdir(), 'cloakroom-task-'));
let authorize: (event: object) => Promise<unknown>;
let table = '';
let issuer = '';

beforeAll(async () => {
  table = await createTestTable(dynamodb, 'sessions');
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  writeFileSync(join(taskRoot, 'issuers.json'), JSON.stringify(issuers()));
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: process.env.CLOAKROOM_TEST_DYNAMODB,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    CLOAKROOM_VERSION: '0.1.0',
    SESSIONS_TABLE: table,
    LAMBDA_TASK_ROOT: taskRoot,
    ISSUERS_FILE: 'issuers.json',
    KEYS_MAX_AGE_SECONDS: '86400',
    KEYS_FROM: 'provider',
    TOUCH_INTERVAL_SECONDS: '300',
    BEARER_IDLE_SECONDS: '864000',
    TICKET_IDLE_SECONDS: '1800',
    LOGIN_MAX_LIFETIME_SECONDS: '2592000',
    SESSION_BINDING: 'strict',
    AUTHORIZER_LOG_SAMPLING: '1',
    SESSION_COOKIE_NAME: '__Host-cloakroom',
    ALLOWED_ORIGINS: JSON.stringify([APP]),
  });
  const { handler } = await import('./index.ts');
  const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
  authorize = (event) => handler(event, context);
});

afterAll(() => {
  provider.close();
});

const token = (changes: object = {}) => signer.sign(accessClaims(now, { iss: issuer, ...changes }));
const request = (routeKey: string, authorization = `Bearer ${token()}`) =>
  httpApi({ routeKey, headers: { authorization } });
const anyRoute = 'GET /users/{userId}/events';

describe('the authorizer, wired to a real table and provider, one of two hundred', () => {
  it('opens with the session and closes with its end, at the very next request', async () => {
    await expect(authorize(request(anyRoute))).resolves.toEqual({ isAuthorized: false });
    const bootstrap = await authorize(request('POST /users/{userId}/sessions'));
    expect(bootstrap).toMatchObject({ isAuthorized: true, context: { bootstrap: 'true' } });

    const session = await openSession();
    await expect(authorize(request(anyRoute))).resolves.toMatchObject({
      isAuthorized: true,
      context: { userId: 'ada', issuer: 'main', bootstrap: 'false' },
    });
    const refreshed = `Bearer ${token({ iat: now, exp: now + 600, jti: 'another' })}`;
    await expect(authorize(request(anyRoute, refreshed))).resolves.toMatchObject({ isAuthorized: true });
    const otherLogin = `Bearer ${token({ origin_jti: 'o-2' })}`;
    await expect(authorize(request(anyRoute, otherLogin))).resolves.toEqual({ isAuthorized: false });

    await store().revoke(session);
    await expect(authorize(request(anyRoute))).resolves.toEqual({ isAuthorized: false });
    await expect(authorize(request(anyRoute, refreshed))).resolves.toEqual({ isAuthorized: false });
  });

  it('opens to a ticket from a page of a listed origin, until it ends', async () => {
    const { session, cookie } = await openTicket();
    const headers = { 'x-cloakroom-csrf': '1', origin: APP };
    const withTicket = (changes: object = {}) =>
      authorize(httpApi({ headers, cookies: [`__Host-cloakroom=${formatTicket(cookie)}`], ...changes }));
    await expect(withTicket()).resolves.toMatchObject({ isAuthorized: true, context: { kind: 'ticket' } });
    for (const origin of ['https://evil.example', 'null']) {
      await expect(withTicket({ headers: { ...headers, origin } })).rejects.toEqual(new Error('Unauthorized'));
    }
    await store().revoke(session);
    await expect(withTicket()).rejects.toEqual(new Error('Unauthorized'));
  });

  it('is wrapped in nothing that would make an HTTP response of its answers or errors', async () => {
    const denied = await authorize({ ...request(anyRoute), requestContext: { http: { method: 'GET' } } });
    expect(denied).toStrictEqual({ isAuthorized: false });
    await expect(authorize({})).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED' });
  });

  it('says Unauthorized, and nothing else, to a credential that is not valid', async () => {
    for (const authorization of ['Bearer a.b.c', `Bearer ${token({ exp: now - 60 })}`, 'Basic YTpi']) {
      await expect(authorize(request(anyRoute, authorization))).rejects.toEqual(new Error('Unauthorized'));
    }
  });
});

/** As many as a service of many tenants has; the last is the one that signs people in here. */
function issuers() {
  const others = Array.from({ length: 199 }, (_, index) =>
    anIssuer({ alias: `tenant-${index}`, issuer: `https://tenant-${index}.example.com` }),
  );
  return [...others, anIssuer({ issuer })];
}

function store() {
  const options = { ...STORE_RULES, dynamodb, table, nowMs: Date.now };
  return { ...createSessionStore(options), ...createTicketStore(options) };
}

/** Opens a session as the token handler does. */
async function openTicket() {
  const times = { authTime: now - 1, issuedAt: now, receivedAt: now };
  const exchange = {
    user: { issuer: 'main', sub: 'eve' },
    clientId: 'web',
    scope: '',
    groups: [],
    ...times,
    isSilent: false,
  };
  const client = { ip: '192.0.2.1', userAgent: 'Firefox' };
  const result = await store().openTicket({ exchange, client, policy: aPolicy(), recheckSeconds: 3600 });
  if (result.verdict !== 'open') throw new Error('the exchange opens nothing');
  return result;
}

/** Opens the session as `create-session` does: by its own verification of the token. */
async function openSession() {
  const verifier = createVerifier({
    issuers: parseIssuers(issuers()),
    items: sdkItems(dynamodb),
    table,
    keysMaxAgeSeconds: DAY,
    keysFrom: 'provider',
    nowMs: Date.now,
    telemetry: recordTelemetry(),
  });
  const verified = await verifier.verify(token());
  if (verified.type !== 'login') throw new Error('the token is a service’s');
  const { session } = await store().create(aCreation(verified.login));
  return session;
}
