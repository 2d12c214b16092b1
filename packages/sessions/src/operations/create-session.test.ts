import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ConflictError,
  CreationRateError,
  LoginEndedError,
  SessionLimitError,
  SessionRequiredError,
  SignInClosedError,
  SignInTooEarlyError,
  StoredItemError,
} from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import { NO_DATA } from '../model/session.ts';
import {
  aLogin,
  aRequest,
  DAY,
  type Fixture,
  HOUR,
  IDLE,
  newUser,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';
import { endSession } from '../table/end-session.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

beforeEach(() => fixture.reset());

/** The session is taken for expired, and used just before the transaction that ends it. */
function useAsItExpires(session: Session): void {
  fixture.state.nowSeconds = session.idleExpiresAt;
  fixture.state.intercept = async (command, goOn) => {
    if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
    fixture.state.intercept = undefined;
    fixture.state.nowSeconds -= 1;
    await fixture.store.touch(session);
    return goOn();
  };
}

const sessionsIn = (items: object) => Object.keys(items).filter((key) => key.startsWith('SESSION#'));

/** Opens sessions for as many sign-ins of one user, a minute apart. */
async function openMany(count: number, user = newUser()) {
  const requests = Array.from({ length: count }, () => aRequest({ user, authTime: START + 10 * HOUR }));
  for (const request of requests) {
    fixture.state.nowSeconds += 60;
    await fixture.store.create(request);
  }
  return { user, ids: requests.map(({ login }) => login.loginId) };
}

describe('the session of a login', () => {
  it('is made by one consistent Query, a look for the mark of its end, and one transaction', async () => {
    await fixture.store.create(aRequest());
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
    expect(fixture.sent[0]?.input).toMatchObject({ ConsistentRead: true });
    expect(fixture.sent[1]?.input).toMatchObject({ ConsistentRead: true });
    expect(fixture.sent[2]?.input).toMatchObject({ ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it('has the id of the login and is what get returns', async () => {
    const request = aRequest({ acr: '2', amr: ['pwd', 'otp'] });
    const { outcome, session, data, evicted } = await fixture.store.create({
      ...request,
      client: { ...request.client, device: 'laptop' },
    });
    expect({ outcome, data, evicted }).toEqual({ outcome: 'created', data: NO_DATA, evicted: [] });
    expect(session).toMatchObject({
      id: request.login.loginId,
      kind: 'bearer',
      device: 'laptop',
      acr: '2',
      version: 1,
    });
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
  });

  it('has its times in epoch seconds, the TTL too', async () => {
    const { login } = aRequest();
    const { session } = await fixture.store.create({ ...aRequest(), login });
    expect(session).toMatchObject({
      createdAt: START,
      lastSeenAt: START,
      idleExpiresAt: START + IDLE.bearerIdleSeconds + IDLE.touchIntervalSeconds,
      absoluteExpiresAt: START + 30 * DAY,
    });
    expect((await fixture.raw(login.user, `SESSION#${session.id}`))?.ttl).toEqual({ N: String(START + 60 * DAY) });
  });

  it('is the same when the login comes again, and keeps the data of the first time', async () => {
    const request = aRequest();
    const first = await fixture.store.create({ ...request, data: jsonText({ cart: [1] }) });
    fixture.sent.length = 0;
    fixture.state.nowSeconds += 60;
    const again = await fixture.store.create({ ...request, data: jsonText({ cart: [2] }) });
    expect(again).toEqual({ ...first, outcome: 'existing', sessionsBefore: 1 });
    expect(again.data).toEqual({ version: 1, value: jsonText({ cart: [1] }) });
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand']);
  });

  it('is still found by a login that could open none any more', async () => {
    const { login, ...request } = aRequest({}, { absoluteSeconds: 60 * DAY });
    const { session } = await fixture.store.create({ login, ...request });
    await fixture.put(login.user, 'USER', { version: 7, not_before: START + HOUR });
    fixture.state.nowSeconds += HOUR;
    expect(await fixture.store.create({ login, ...request })).toMatchObject({ outcome: 'existing', session });
  });

  it.each([20, 50])('is one when %i ask for it at once', async (count) => {
    const request = aRequest();
    const results = await Promise.all(Array.from({ length: count }, () => fixture.store.create(request)));
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(new Set(results.map(({ session }) => session.id))).toEqual(new Set([request.login.loginId]));
    const items = await fixture.items(request.login.user);
    expect(Object.keys(items)).toEqual([`SESSION#${request.login.loginId}`, 'USER']);
    expect(items.USER).toMatchObject({ version: 1, recent_creations: [START] });
  });

  it('stays under 1 KB, and within one read of 4 KB at the worst', async () => {
    const usual = await fixture.store.create(aRequest());
    const worst = await fixture.store.create({
      ...aRequest({
        user: { issuer: 'a'.repeat(32), sub: `${newUser().sub}${'s'.repeat(219)}` },
        clientId: 'c'.repeat(255),
        groups: Array.from({ length: 200 }, (_, index) => `group-${index}`),
        acr: 'a'.repeat(500),
      }),
      client: { ip: 'f'.repeat(45), userAgent: '界'.repeat(512), device: '界'.repeat(100) },
    });
    const sizeOf = async ({ session }: typeof usual) =>
      Buffer.byteLength(JSON.stringify(await fixture.raw(session.user, `SESSION#${session.id}`)));
    expect(await sizeOf(usual)).toBeLessThan(1024);
    expect(await sizeOf(worst)).toBeLessThan(4096);
    expect(worst.session).toMatchObject({ scope: '', groups: [] });
  });
});

describe('while sign-in is closed', () => {
  const closed = { bootstrap: 'off' } as const;

  it('a login without a session opens none, and nothing is written', async () => {
    const request = aRequest({}, closed);
    await expect(fixture.store.create(request)).rejects.toMatchObject({ code: 'SIGN_IN_CLOSED', sessionsBefore: 0 });
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand']);
    expect(await fixture.items(request.login.user)).toEqual({});
  });

  it('a login finds the session that it has, and no other login of the person gets one', async () => {
    const { login, ...request } = aRequest();
    const { session } = await fixture.store.create({ login, ...request });
    const again = await fixture.store.create({ ...aRequest({}, closed), login });
    expect(again).toMatchObject({ outcome: 'existing', session });
    const other = fixture.store.create(aRequest({ user: login.user }, closed));
    await expect(other).rejects.toMatchObject({ code: 'SIGN_IN_CLOSED', sessionsBefore: 1 });
  });

  it('a login that has ended is told so, and one from before an ending burns nothing', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create(request);
    await endSession(fixture.table, { session, reason: 'revoked' });
    await expect(fixture.store.create({ ...aRequest({}, closed), login: request.login })).rejects.toThrow(
      LoginEndedError,
    );
    const user = newUser();
    await fixture.put(user, 'USER', { version: 1, not_before: START + HOUR });
    fixture.sent.length = 0;
    await expect(fixture.store.create(aRequest({ user }, closed))).rejects.toThrow(SignInClosedError);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand']);
  });
});

describe('a login that has ended', () => {
  it('opens nothing again', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create(request);
    await endSession(fixture.table, { session, reason: 'revoked' });
    fixture.state.nowSeconds += DAY;
    await expect(fixture.store.create(request)).rejects.toThrow(LoginEndedError);
    expect(sessionsIn(await fixture.items(request.login.user))).toEqual([]);
  });

  it('opens nothing while its marker is there, however late the TTL deletes it', async () => {
    const { login, ...request } = aRequest();
    await fixture.put(login.user, `ENDED#${login.loginId}`, { reason: 'revoked', ended_at: 1, ttl: 2 });
    await expect(fixture.store.create({ login, ...request })).rejects.toThrow(LoginEndedError);
  });

  it('hears that it has ended, whatever else would refuse it', async () => {
    const policy = { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } as const;
    const { login, ...request } = aRequest({}, policy);
    await fixture.store.create({ ...request, login: aLogin({ user: login.user }) });
    await fixture.put(login.user, `ENDED#${login.loginId}`, { reason: 'evicted', ended_at: START, ttl: START });
    await expect(fixture.store.create({ login, ...request })).rejects.toThrow(LoginEndedError);
  });

  it('is one whose own session is found expired; that session ends then', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create({ ...request, data: jsonText({ a: 1 }) });
    fixture.state.nowSeconds = session.idleExpiresAt + HOUR;
    await expect(fixture.store.create(request)).rejects.toThrow(LoginEndedError);
    const { USER, ...items } = await fixture.items(request.login.user);
    expect(USER).toBeDefined();
    expect(items).toEqual({
      [`ENDED#${session.id}`]: expect.objectContaining({
        reason: 'expired',
        ended_at: session.idleExpiresAt,
        ttl: session.idleExpiresAt + 30 * DAY,
      }),
    });
  });

  it('is one that is too old, to the second', async () => {
    const tooOld = aRequest({ authTime: START - 30 * DAY });
    await expect(fixture.store.create(tooOld)).rejects.toThrow(LoginEndedError);
    expect(await fixture.store.create(aRequest({ authTime: START - 30 * DAY + 1 }))).toMatchObject({
      outcome: 'created',
    });
  });

  it('leaves its session to be found for as long as a login lasts after its absolute end', async () => {
    const { session } = await fixture.store.create(aRequest({}, { absoluteSeconds: HOUR }));
    const ttl = START + HOUR + 30 * DAY;
    expect((await fixture.raw(session.user, `SESSION#${session.id}`))?.ttl).toEqual({ N: String(ttl) });
  });

  it('stays ended though nobody noticed its expiry, and its time of sign-in moves', async () => {
    const { login, ...request } = aRequest({}, { absoluteSeconds: HOUR });
    const { session } = await fixture.store.create({ login, ...request });
    const collected = (await fixture.raw(session.user, `SESSION#${session.id}`))?.ttl?.N;
    fixture.state.nowSeconds = Number(collected) - 1; // when DynamoDB has not collected it yet
    const moved = { ...login, authTime: fixture.state.nowSeconds - 10 };
    await expect(fixture.store.create({ ...request, login: moved })).rejects.toThrow(LoginEndedError);
  });

  it('is renewed by whoever asks for it, at most once a day, and so outlives the login', async () => {
    const { login, ...request } = aRequest();
    await fixture.store.create({ login, ...request });
    await fixture.store.revoke({ user: login.user, id: login.loginId });
    const ttlOfMark = async () => (await fixture.items(login.user))[`ENDED#${login.loginId}`]?.ttl;
    expect(await ttlOfMark()).toBe(START + 30 * DAY);
    for (const days of [20, 45, 70]) {
      fixture.state.nowSeconds = START + days * DAY;
      fixture.sent.length = 0;
      const refreshed = { ...request, login: { ...login, authTime: fixture.state.nowSeconds - 60 } };
      await expect(fixture.store.create(refreshed)).rejects.toThrow(LoginEndedError);
      expect(await ttlOfMark()).toBe(START + (days + 30) * DAY);
      await expect(fixture.store.create(refreshed)).rejects.toThrow(LoginEndedError);
      expect(sentBy(fixture)).toEqual([
        'QueryCommand',
        'GetItemCommand',
        'PutItemCommand',
        'QueryCommand',
        'GetItemCommand',
      ]);
    }
    expect((await fixture.items(login.user))[`ENDED#${login.loginId}`]).toMatchObject({ reason: 'revoked' });
  });

  it('is put back when DynamoDB collects its mark just as it is asked for', async () => {
    const { login, ...request } = aRequest();
    await fixture.store.create({ login, ...request });
    await fixture.store.revoke({ user: login.user, id: login.loginId });
    fixture.state.nowSeconds = START + 31 * DAY;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'PutItemCommand') await fixture.remove(login.user, `ENDED#${login.loginId}`);
      return goOn();
    };
    const refreshed = { ...request, login: { ...login, authTime: START + 31 * DAY } };
    for (const _ of ['now', 'and again']) {
      await expect(fixture.store.create(refreshed)).rejects.toThrow(LoginEndedError);
    }
  });

  it('is found again when somebody used the session just as it was taken for expired', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create(request);
    useAsItExpires(session);
    expect(await fixture.store.create(request)).toMatchObject({ outcome: 'existing', session: { id: session.id } });
  });
});

describe('the watermark of a user', () => {
  const NOT_BEFORE = START + 5;

  async function createAt(authTime: number) {
    const { login, ...request } = aRequest({ authTime });
    await fixture.put(login.user, 'USER', { version: 3, not_before: NOT_BEFORE });
    return fixture.store.create({ login, ...request });
  }

  it('keeps older sign-ins out', async () => {
    await expect(createAt(START)).rejects.toThrow(LoginEndedError);
    await expect(createAt(START - HOUR)).rejects.toThrow(LoginEndedError);
  });

  it('asks those within its margin to sign in again, and says when', async () => {
    await expect(createAt(START + 1)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY', retryAfterSeconds: 6 });
    fixture.state.nowSeconds = START + HOUR;
    await expect(createAt(NOT_BEFORE)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY', retryAfterSeconds: 1 });
    await expect(createAt(NOT_BEFORE)).rejects.toThrow(SignInTooEarlyError);
  });

  it('lets later sign-ins pass, and stays', async () => {
    const { session } = await createAt(NOT_BEFORE + 1);
    expect((await fixture.items(session.user)).USER).toMatchObject({ version: 4, not_before: NOT_BEFORE });
  });
});

describe('an older sign-in', () => {
  it('opens the first session of a user', async () => {
    expect(await fixture.store.create(aRequest({ authTime: START - HOUR }))).toMatchObject({ outcome: 'created' });
  });

  it('opens none beside another active one, to the second', async () => {
    const user = newUser();
    await fixture.store.create(aRequest({ user }));
    await expect(fixture.store.create(aRequest({ user, authTime: START - 901 }))).rejects.toThrow(SessionRequiredError);
    expect(await fixture.store.create(aRequest({ user, authTime: START - 900 }))).toMatchObject({ outcome: 'created' });
  });

  it('opens one when all others have expired', async () => {
    const user = newUser();
    const { session } = await fixture.store.create(aRequest({ user }));
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.create(aRequest({ user }))).toMatchObject({ outcome: 'created' });
  });
});

describe('the limit of sessions', () => {
  it('ends the oldest in the same transaction, for good', async () => {
    const { user, ids } = await openMany(3);
    fixture.sent.length = 0;
    const result = await fixture.store.create({
      ...aRequest({ user, authTime: START + 10 * HOUR }),
      data: jsonText({ a: 1 }),
    });
    expect(result.evicted.map(({ id }) => id)).toEqual([ids[0]]);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
    expect(await fixture.store.getEnded(user, String(ids[0]))).toMatchObject({ reason: 'evicted' });
    expect(sessionsIn(await fixture.items(user)).sort()).toEqual(
      [ids[1], ids[2], result.session.id].map((id) => `SESSION#${id}`).sort(),
    );
  });

  it('takes the least recently used of those that are equally old', async () => {
    const user = newUser();
    const [first, second] = [aRequest({ user }), aRequest({ user })];
    await fixture.store.create(first);
    await fixture.store.create(second);
    fixture.state.nowSeconds += 1;
    await fixture.store.touch({ user, id: first.login.loginId, kind: 'bearer' });
    const { evicted } = await fixture.store.create(aRequest({ user }, { maxSessionsPerUser: 2 }));
    expect(evicted.map(({ id }) => id)).toEqual([second.login.loginId]);
  });

  it('refuses one more when it is to deny', async () => {
    const { user } = await openMany(3);
    const request = aRequest({ user, authTime: START + HOUR }, { sessionLimitPolicy: 'deny' });
    await expect(fixture.store.create(request)).rejects.toThrow(SessionLimitError);
    await expect(fixture.store.create(request)).rejects.toMatchObject({ code: 'SESSION_LIMIT', limit: 3 });
    expect(sessionsIn(await fixture.items(user))).toHaveLength(3);
  });

  it('does not count expired sessions, and ends them in passing', async () => {
    const { user, ids } = await openMany(3);
    fixture.state.nowSeconds += IDLE.bearerIdleSeconds + HOUR;
    const request = aRequest({ user, authTime: fixture.state.nowSeconds }, { sessionLimitPolicy: 'deny' });
    expect(await fixture.store.create(request)).toMatchObject({ outcome: 'created', evicted: [] });
    expect(await fixture.store.getEnded(user, String(ids[2]))).toMatchObject({ reason: 'expired' });
    expect(sessionsIn(await fixture.items(user))).toEqual([`SESSION#${request.login.loginId}`]);
  });

  it('leaves a session alone that was used just as it was taken for expired', async () => {
    const user = newUser();
    const { session } = await fixture.store.create(aRequest({ user }));
    useAsItExpires(session);
    await fixture.store.create(aRequest({ user, authTime: session.idleExpiresAt - 10 }));
    expect(await fixture.store.get(user, session.id)).toMatchObject({ lastSeenAt: session.idleExpiresAt - 1 });
  });

  it('fits into the transaction when it was lowered a lot', async () => {
    const user = newUser();
    for (let index = 0; index < 40; index += 1) {
      await fixture.store.create({ ...aRequest({ user }, { maxSessionsPerUser: 99 }), data: jsonText({}) });
    }
    const { evicted } = await fixture.store.create({
      ...aRequest({ user }, { maxSessionsPerUser: 3 }),
      data: jsonText({}),
    });
    expect(evicted).toHaveLength(21);
  });

  it.each(['evict-oldest', 'deny'] as const)('holds against 30 sign-ins at once (%s)', async (sessionLimitPolicy) => {
    const user = newUser();
    const requests = Array.from({ length: 30 }, () => aRequest({ user }, { sessionLimitPolicy }));
    const results = await Promise.allSettled(requests.map(async (request) => fixture.store.create(request)));
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
    expect(refused.every((error) => error instanceof ConflictError || error instanceof SessionLimitError)).toBe(true);
    const opened = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value.session.id);
    const items = await fixture.items(user);
    expect(sessionsIn(items)).toHaveLength(3);
    expect(items.USER).toMatchObject({ version: opened.length });
    const idsKept = Object.keys(items)
      .filter((key) => key !== 'USER')
      .map((key) => key.split('#')[1]);
    expect(idsKept.sort()).toEqual(opened.sort());
  });
});

describe('the rate of new logins', () => {
  const policy = { maxCreationsPerHour: 5 };

  it('refuses the sixth of an hour, and says when the first of them leaves it', async () => {
    const user = newUser();
    for (let index = 0; index < 5; index += 1) {
      await fixture.store.create(aRequest({ user, authTime: fixture.state.nowSeconds }, policy));
      fixture.state.nowSeconds += 100;
    }
    const sixth = aRequest({ user, authTime: fixture.state.nowSeconds }, policy);
    await expect(fixture.store.create(sixth)).rejects.toThrow(CreationRateError);
    await expect(fixture.store.create(sixth)).rejects.toMatchObject({ retryAfterSeconds: HOUR - 500 });
    fixture.state.nowSeconds = START + HOUR - 1;
    const late = aRequest({ user, authTime: fixture.state.nowSeconds }, policy);
    await expect(fixture.store.create(late)).rejects.toMatchObject({ retryAfterSeconds: 1 });
    fixture.state.nowSeconds += 1;
    expect(await fixture.store.create(late)).toMatchObject({ outcome: 'created' });
    await expect(fixture.store.create(aRequest({ user, authTime: START + HOUR }, policy))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 100,
    });
  });

  it('counts neither repeats of a login nor refusals', async () => {
    const request = aRequest({}, { ...policy, maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' });
    await fixture.store.create(request);
    await fixture.store.create(request);
    await expect(fixture.store.create({ ...request, login: aLogin({ user: request.login.user }) })).rejects.toThrow();
    expect((await fixture.items(request.login.user)).USER).toMatchObject({ recent_creations: [START] });
  });

  it('counts no records, made by a service without anybody signing in', async () => {
    const { login, client, policy } = aRequest({}, { maxCreationsPerHour: 1 });
    const { user, clientId } = login;
    for (let count = 0; count < 3; count += 1) await fixture.store.createRecord({ user, clientId, client, policy });
    expect(await fixture.store.create({ login, client, policy })).toMatchObject({ outcome: 'created' });
  });

  it('goes by the last ones when the limit was lowered', async () => {
    const { login, ...request } = aRequest({}, { maxCreationsPerHour: 2 });
    await fixture.put(login.user, 'USER', { version: 4, recent_creations: [START - 10, START - 30, START - 20] });
    await expect(fixture.store.create({ login, ...request })).rejects.toMatchObject({ retryAfterSeconds: HOUR - 20 });
  });
});

describe('what is malformed in the table', () => {
  it.each([
    ['USER', { version: 0 }, 'version'],
    ['USER', { version: 1, not_before: 'x' }, 'not_before'],
  ])('is an error and never "no session": %s %j', async (item, fields, field) => {
    const { login, ...request } = aRequest();
    await fixture.put(login.user, item, fields);
    const creation = fixture.store.create({ login, ...request });
    await expect(creation).rejects.toThrow(StoredItemError);
    await expect(creation).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED', field });
  });

  it('is an error of the login whose session it would be, for as long as it is there', async () => {
    const { login, ...request } = aRequest();
    await fixture.put(login.user, `SESSION#${login.loginId}`, { kind: 'ticket' });
    await expect(fixture.store.create({ login, ...request })).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED' });
    expect(await fixture.store.create({ login: aLogin({ user: login.user }), ...request })).toMatchObject({
      outcome: 'created',
    });
  });
});
