import { METERED } from '@cloakroom/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, anAdmin, apiFixture, aService, DAY, NOW, newUser } from './api-fixture.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, query, update, transaction } = METERED;
/** That finds nothing: DynamoDB Local takes nothing for it. */
const emptyQuery = { ...query, capacityUnits: 0 };

let api: Api;
beforeEach(async () => {
  api = await apiFixture();
});

/** What a request sends to DynamoDB; what was sent before it is forgotten. */
async function costOf(status: number, ...request: Parameters<Api['call']>) {
  await api.takeRequests();
  expect(await api.call(...request)).toMatchObject({ status });
  return api.takeRequests();
}

/** Some sessions of one user, and the caller that has the last of them. */
async function signIn(count = 1) {
  const user = newUser();
  for (let index = 1; index < count; index += 1) await api.signIn(user);
  return { userId: user.sub, ...(await api.signIn(user)) };
}

describe('GET /users/{userId}/sessions', () => {
  const ROUTE = 'GET /users/{userId}/sessions';

  it('is one Query, for a page of many too, and one read of a key for the first cursor of an environment', async () => {
    const { caller, userId } = await signIn(3);
    expect(await costOf(200, ROUTE, { caller, userId })).toEqual([query]);
    expect(await costOf(200, ROUTE, { caller, userId, query: { limit: '1' } })).toEqual([query, get]);
    expect(await costOf(200, ROUTE, { caller, userId, query: { limit: '1' } })).toEqual([query]);
  });

  it('is one Query more with the data', async () => {
    const { caller, userId } = await signIn(2);
    const withData = { caller, userId, query: { include: 'data' } };
    expect(await costOf(200, ROUTE, withData)).toEqual([emptyQuery, query]);
  });

  it('is nothing when it is refused', async () => {
    const { caller } = await signIn();
    expect(await costOf(403, ROUTE, { caller, userId: 'somebody-else' })).toEqual([]);
  });
});

describe('DELETE /users/{userId}/sessions', () => {
  const ROUTE = 'DELETE /users/{userId}/sessions';

  it('is one update, one Query and a transaction for each session', async () => {
    const { caller, userId } = await signIn(3);
    const each = transaction(3);
    expect(await costOf(200, ROUTE, { caller, userId })).toEqual([update, query, each, each, each]);
  });

  it('is a look first where an administrator does it, and no more than that for an unknown user', async () => {
    const { userId } = await signIn(1);
    expect(await costOf(200, ROUTE, { caller: anAdmin(), userId })).toEqual([query, update, query, transaction(3)]);
    expect(await costOf(404, ROUTE, { caller: anAdmin(), userId: 'nobody' })).toEqual([emptyQuery]);
  });

  it('is one transaction fewer where the caller’s own is to stay', async () => {
    const { caller, userId } = await signIn(3);
    const except = { except: 'current' };
    const each = transaction(3);
    expect(await costOf(200, ROUTE, { caller, userId, query: except })).toEqual([update, query, each, each]);
  });
});

describe('GET /sessions/{sessionId}', () => {
  const ROUTE = 'GET /sessions/{sessionId}';

  it('is one read for the session, and one for its data', async () => {
    const { caller, sessionId } = await signIn();
    expect(await costOf(200, ROUTE, { caller, sessionId })).toEqual([get, get]);
  });

  it('is one read more when it has ended', async () => {
    const { caller, sessionId } = await signIn();
    await api.call('DELETE /sessions/{sessionId}', { caller, sessionId });
    expect(await costOf(410, ROUTE, { caller, sessionId })).toEqual([get, get, get]);
  });

  it('is nothing for one of somebody else', async () => {
    const [{ caller }, { sessionId }] = [await signIn(), await signIn()];
    expect(await costOf(404, ROUTE, { caller, sessionId })).toEqual([]);
  });
});

describe('PUT /sessions/{sessionId}', () => {
  const ROUTE = 'PUT /sessions/{sessionId}';
  const data = { a: 1 };
  const lifetime = { absoluteExpiresAt: new Date((NOW + 60 * DAY) * 1000).toISOString() };

  it('is two reads and one write for the data, and for the first a transaction of two', async () => {
    const { caller, sessionId } = await signIn();
    const request = { caller, sessionId, body: { data } };
    expect(await costOf(200, ROUTE, { ...request, ifMatch: '"0"' })).toEqual([get, get, transaction(2)]);
    expect(await costOf(200, ROUTE, { ...request, ifMatch: '"1"' })).toEqual([get, get, update]);
  });

  it('is two reads, and no write, when it comes twice', async () => {
    const { caller, sessionId } = await signIn();
    const request = { caller, sessionId, ifMatch: '"0"', body: { data } };
    await api.call(ROUTE, request);
    expect(await costOf(412, ROUTE, request)).toEqual([get, get]);
  });

  it('is three reads and one write in a transaction for a lifetime, and one of each more when the data is to live longer', async () => {
    const { sessionId } = await signIn();
    const request = { caller: anAdmin(), sessionId };
    const idle = { ...request, body: { lifetime: { idleSeconds: DAY } } };
    expect(await costOf(200, ROUTE, idle)).toEqual([get, get, get, transaction(1)]);
    const longer = { ...request, body: { lifetime } };
    expect(await costOf(200, ROUTE, longer)).toEqual([get, get, get, get, transaction(2)]);
  });

  it('is both of these for both', async () => {
    const { sessionId } = await signIn();
    const request = { caller: anAdmin(), sessionId, ifMatch: '"0"', body: { data, lifetime } };
    expect(await costOf(200, ROUTE, request)).toEqual([get, get, transaction(2), get, get, transaction(2)]);
  });
});

describe('DELETE /sessions/{sessionId}', () => {
  const ROUTE = 'DELETE /sessions/{sessionId}';

  it('is one read, one write to burn, and one transaction of three writes for a revocation', async () => {
    const { caller, sessionId } = await signIn();
    expect(await costOf(200, ROUTE, { caller, sessionId })).toEqual([get, update, transaction(3)]);
  });

  it('is two reads when it comes twice', async () => {
    const { caller, sessionId } = await signIn();
    await api.call(ROUTE, { caller, sessionId });
    expect(await costOf(200, ROUTE, { caller, sessionId })).toEqual([get, get]);
  });
});

describe('POST /sessions', () => {
  it('is one Query and one transaction of two writes, of three with data', async () => {
    const { userId } = await signIn();
    const request = { caller: aService(), body: { userId } };
    expect(await costOf(201, 'POST /sessions', request)).toEqual([query, transaction(2)]);
    const withData = { ...request, body: { userId, data: { a: 1 } } };
    expect(await costOf(201, 'POST /sessions', withData)).toEqual([query, transaction(3)]);
  });
});

describe('GET /sessions', () => {
  it('is one Scan, in a table with few items', async () => {
    await signIn(3);
    const scan = { name: 'ScanCommand', capacityUnits: 1 };
    expect(await costOf(200, 'GET /sessions', { caller: anAdmin() })).toEqual([scan]);
  });
});

describe('GET /sessions/user/{userId}', () => {
  it('is one Query too', async () => {
    const { userId } = await signIn(3);
    expect(await costOf(200, 'GET /sessions/user/{userId}', { caller: anAdmin(), userId })).toEqual([query]);
  });
});
