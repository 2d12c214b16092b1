import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createVerifier, parseIssuers } from '@cloakroom/auth';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { httpStack } from '@cloakroom/http';
import { createSessionStore, parsePublicSessionId } from '@cloakroom/sessions';
import {
  accessClaims,
  anIssuer,
  aPolicy,
  createTestSigner,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  METERED,
  meteredDynamoDb,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSession } from './create-session.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, query, transaction } = METERED;

const NOW = 1_780_000_000;
const DAY = 24 * 3600;
const nowMs = () => NOW * 1000;
const POLICY = aPolicy({ maxCreationsPerHour: 5 });
const ISSUER = anIssuer({ algorithms: ['RS256'] });

const signer = createTestSigner('RS256', 'k1');
const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
let table: string;
beforeAll(async () => {
  table = await createTestTable(real, 'sessions');
  const jwks = { S: JSON.stringify({ keys: [signer.jwk] }) };
  const Item = { user_key: { S: 'KEYS#main' }, item: { S: 'KEYS' }, jwks, fetched_at: { N: String(NOW) } };
  await real.send(new PutItemCommand({ TableName: table, Item }));
});
afterAll(() => real.destroy());

/** The function as it is deployed, but for the clock and the telemetry, in a new environment. */
function aFunction() {
  const telemetry = recordTelemetry();
  const store = createSessionStore({ ...STORE_RULES, dynamodb, table, nowMs });
  const issuers = parseIssuers([ISSUER]);
  const verifier = createVerifier({
    issuers,
    items: sdkItems(dynamodb),
    table,
    keysMaxAgeSeconds: DAY,
    keysFrom: 'provider',
    nowMs,
    telemetry,
  });
  const deps = { verifier, sessions: store, policy: POLICY, ipStorage: 'full', nowMs, telemetry } as const;
  return { store, handler: httpStack(createSession(deps), { allowedOrigins: [], telemetry }) };
}

/** A new sign-in. */
function tokenOf(sub: string): string {
  return signer.sign(accessClaims(NOW, { iss: ISSUER.issuer, sub, origin_jti: randomUUID() }));
}

const ON_PATH = 'POST /users/{userId}/sessions';
const WITHOUT_USER = 'POST /auth/bootstrap-session';

describe.each([ON_PATH, WITHOUT_USER])('%s', (routeKey) => {
  let deployed: ReturnType<typeof aFunction>;
  let userId: string;

  /** What a request sends to DynamoDB, and the session it is about. */
  async function create(token: string, { status = 200, body = {} } = {}) {
    const pathParameters = routeKey === ON_PATH ? { userId } : {};
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const event = httpApiEvent({ routeKey, pathParameters, headers, body: JSON.stringify(body) });
    const answer = await deployed.handler(event, lambdaContext());
    expect(answer.statusCode).toBe(status);
    const address = parsePublicSessionId(JSON.parse(answer.body).data?.sessionId ?? '');
    return { requests: await takeRequests(), address };
  }

  beforeEach(async () => {
    deployed = aFunction();
    userId = randomUUID();
    await create(tokenOf(userId));
  });

  it('is one Query, one read and one transaction of three writes, of four with data', async () => {
    expect((await create(tokenOf(userId))).requests).toEqual([query, get, transaction(3)]);
    const withData = { body: { data: { a: 1 } } };
    expect((await create(tokenOf(userId), withData)).requests).toEqual([query, get, transaction(4)]);
  });

  it('is one Query and one read when the login has its session already', async () => {
    const token = tokenOf(userId);
    await create(token);
    expect((await create(token)).requests).toEqual([query, get]);
  });

  it('is one read more for the first in an environment, of the keys', async () => {
    deployed = aFunction();
    expect((await create(tokenOf(userId))).requests).toEqual([get, query, get, transaction(3)]);
  });

  it('is one Query and one read when there were too many', async () => {
    for (let count = 1; count < POLICY.maxCreationsPerHour; count += 1) await create(tokenOf(userId));
    expect((await create(tokenOf(userId), { status: 429 })).requests).toEqual([query, get]);
  });

  it('is one Query and one read, and no transaction, when the login has ended', async () => {
    const token = tokenOf(userId);
    const { address } = await create(token);
    if (address === undefined) throw new Error('there is no session');
    await deployed.store.revoke({ ...address });
    await takeRequests();
    expect((await create(token, { status: 403 })).requests).toEqual([query, get]);
  });

  it('is nothing for a bad token', async () => {
    expect((await create('x', { status: 401 })).requests).toEqual([]);
  });
});
