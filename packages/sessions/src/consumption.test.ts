import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, userKey } from '@cloakroom/core';
import { createTestTable, METERED, meteredDynamoDb, STORE_RULES, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSessionStore, readErasures } from './index.ts';
import { aRequest, aSidLogin, DAY, newUser, POLICY, START } from './store-fixture.ts';
import { toItem } from './table/table.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, update, transaction } = METERED;
const real = testDynamoDb();
let name: string;
beforeAll(async () => {
  name = await createTestTable(real, 'sessions');
});
afterAll(() => real.destroy());

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:152.0) Gecko/20100101 Firefox/152.0';
const CLIENT = { ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348', userAgent: FIREFOX, device: 'the laptop in the kitchen' };
const TEN = { maxSessionsPerUser: 10 };

const query = (capacityUnits: number) => ({ name: 'QueryCommand', capacityUnits });

let nowSeconds: number;
let fixture: ReturnType<typeof meteredStore>;
beforeEach(() => {
  nowSeconds = START;
  fixture = meteredStore();
});

function meteredStore(table = name) {
  const { dynamodb, takeRequests } = meteredDynamoDb(real);
  const store = createSessionStore({ ...STORE_RULES, dynamodb, table, nowMs: () => nowSeconds * 1000 });
  return { store, dynamodb, takeRequests };
}

/** Opens a session for as many sign-ins of one user, and forgets what that has cost. */
async function signIn(count: number, user = newUser()) {
  const sessions = [];
  for (let index = 0; index < count; index += 1) {
    nowSeconds += 1;
    const request = { ...aRequest({ user, authTime: nowSeconds }, TEN), client: CLIENT };
    sessions.push((await fixture.store.create(request)).session);
  }
  await fixture.takeRequests();
  return sessions as [(typeof sessions)[0], ...typeof sessions];
}

/** Opens the session of a sign-in that is known by its sid, and forgets what that has cost. */
async function bySid() {
  const login = aSidLogin();
  await fixture.store.create({ ...aRequest(), login });
  await fixture.takeRequests();
  return login;
}

describe('what a creation costs', () => {
  it('is one Query, one read of the mark of its end and one transaction of three writes, of four with data', async () => {
    const [{ user }] = await signIn(1);
    await fixture.store.create(aRequest({ user }));
    expect(await fixture.takeRequests()).toEqual([query(1), get, transaction(3)]);
    await fixture.store.create({ ...aRequest({ user }), data: jsonText({ a: 1 }) });
    expect(await fixture.takeRequests()).toEqual([query(1), get, transaction(4)]);
  });

  it('is three writes more where the oldest session must make room', async () => {
    const [{ user }] = await signIn(10);
    await fixture.store.create({ ...aRequest({ user, authTime: nowSeconds }, TEN), client: CLIENT });
    expect(await fixture.takeRequests()).toEqual([query(2), get, transaction(6)]);
  });

  it('is one read and one check more where the login is known by its sid', async () => {
    const [{ user }] = await signIn(1);
    await fixture.store.create({ ...aRequest(), login: aSidLogin({ user }) });
    expect(await fixture.takeRequests()).toEqual([query(1), get, get, transaction(4)]);
  });

  it('is one Query and one read when the login has its session already', async () => {
    const request = aRequest();
    await fixture.store.create(request);
    await fixture.takeRequests();
    await fixture.store.create(request);
    expect(await fixture.takeRequests()).toEqual([query(1), get]);
  });

  it('of a record is one Query and one transaction too', async () => {
    const [{ user }] = await signIn(1);
    await fixture.store.createRecord({
      user,
      clientId: 'batch',
      client: CLIENT,
      data: jsonText({ a: 1 }),
      policy: POLICY,
    });
    expect(await fixture.takeRequests()).toEqual([query(1), transaction(3)]);
  });
});

describe('what reading costs', () => {
  it('is one unit for a session, and one for its data', async () => {
    const [{ user, id }] = await signIn(1);
    await fixture.store.require({ user, id });
    await fixture.store.getData(user, id);
    expect(await fixture.takeRequests()).toEqual([get, get]);
  });

  it('is one Query for the list of ten sessions and for a creation, also for a user with 4,000 ended ones', async () => {
    const [{ user }] = await signIn(10);
    await putEnded(user, 4000);
    expect((await fixture.store.list(user)).sessions).toHaveLength(10);
    expect(await fixture.takeRequests()).toEqual([query(2)]);
    await fixture.store.create(aRequest({ user, authTime: nowSeconds }, { maxSessionsPerUser: 20 }));
    expect(await fixture.takeRequests()).toEqual([query(2), get, transaction(3)]);
  }, 60_000);

  it('is one request, and one unit for each user, for the marks of erasures', async () => {
    const [{ user }] = await signIn(1);
    await readErasures({ items: sdkItems(fixture.dynamodb), table: name }, [user, newUser(), user]);
    expect(await fixture.takeRequests()).toEqual([METERED.batchGet(2)]);
  });
});

describe('what a change costs', () => {
  it('is one write unit for a touch', async () => {
    const [session] = await signIn(1);
    nowSeconds += STORE_RULES.idle.touchIntervalSeconds;
    expect(await fixture.store.touch(session)).toBe('touched');
    expect(await fixture.takeRequests()).toEqual([update]);
  });

  it('is one read, one write to burn, and one transaction of three writes for a revocation', async () => {
    const [{ user, id }] = await signIn(1);
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
    expect(await fixture.takeRequests()).toEqual([get, update, transaction(3)]);
  });

  it('is the same for a session that is known by its sid', async () => {
    const { user, loginId: id } = await bySid();
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
    expect(await fixture.takeRequests()).toEqual([get, update, transaction(3)]);
  });

  it('is one write when the watermark refuses a sign-in for the first time, and none after that', async () => {
    const { user } = await bySid();
    await fixture.store.revokeAll({ user });
    const unused = { ...aRequest(), login: aSidLogin({ user }) };
    await fixture.takeRequests();
    for (const burning of [[update], []]) {
      await expect(fixture.store.create(unused)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
      expect(await fixture.takeRequests()).toEqual([query(1), get, get, ...burning]);
    }
  });

  it('is one update, one Query and a transaction for each session when all end', async () => {
    const [{ user }] = await signIn(3);
    expect(await fixture.store.revokeAll({ user })).toBe(3);
    expect(await fixture.takeRequests()).toEqual([update, query(1), transaction(3), transaction(3), transaction(3)]);
  });

  it('is two reads and one write for the data, and for the first a transaction of two', async () => {
    const [{ user, id }] = await signIn(1);
    await fixture.store.replaceData({ user, id, version: 0, value: jsonText({ a: 1 }) });
    expect(await fixture.takeRequests()).toEqual([get, get, transaction(2)]);
    await fixture.store.replaceData({ user, id, version: 1, value: jsonText({ a: 2 }) });
    expect(await fixture.takeRequests()).toEqual([get, get, update]);
  });
});

describe('what administrators cost', () => {
  it('is one Scan for a page of all sessions, in a table with few items', async () => {
    fixture = meteredStore(await createTestTable(real, 'sessions'));
    const [{ user }] = await signIn(3);
    expect((await fixture.store.scan({ issuers: [user.issuer], limit: 20 })).sessions).toHaveLength(3);
    expect(await fixture.takeRequests()).toEqual([{ name: 'ScanCommand', capacityUnits: 1 }]);
  });

  it('is one read and one write in a transaction for a lifetime, and one of each more when the data is to live longer', async () => {
    const [{ user, id }] = await signIn(1);
    const address = { user, id };
    await fixture.store.setLifetime({ ...address, idleSeconds: DAY });
    expect(await fixture.takeRequests()).toEqual([get, transaction(1)]);
    await fixture.store.replaceData({ ...address, version: 0, value: jsonText({ a: 1 }) });
    await fixture.takeRequests();
    await fixture.store.setLifetime({ ...address, absoluteExpiresAt: START + 60 * DAY });
    expect(await fixture.takeRequests()).toEqual([get, get, transaction(2)]);
  });

  it('is the end of all sessions, a mark, and three Queries for an erasure of one page', async () => {
    const [{ user }] = await signIn(1);
    await fixture.store.markErased(user);
    expect(await fixture.takeRequests()).toEqual([update, query(1), transaction(3), update, query(1)]);
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 0, isDone: true });
    expect(await fixture.takeRequests()).toEqual([query(1), query(1)]);
  });
});

/** End markers of as many sessions. */
async function putEnded(user: ReturnType<typeof newUser>, count: number): Promise<void> {
  const fields = { user_key: userKey(user), reason: 'revoked', kind: 'bearer', ended_at: START, auth_time: START };
  const putFrom = (first: number) => {
    const items = Array.from({ length: 25 }, (_, index) => ({
      ...fields,
      item: `ENDED#${first + index}`,
      ttl: START + DAY,
    }));
    const requests = items.map((item) => ({ PutRequest: { Item: toItem(item) } }));
    return real.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }));
  };
  await Promise.all(Array.from({ length: count / 25 }, (_, batch) => putFrom(batch * 25)));
}
