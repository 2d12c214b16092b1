import { randomBytes } from 'node:crypto';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createCursorKey } from '@cloakroom/auth';
import { fromBase64url, publicUserKey, toBase64url, type User, userKey } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Api, anAdmin, apiFixture, aService, callerOf, DAY, failure, NOW, newUser } from './api-fixture.ts';

const OWN = 'GET /users/{userId}/sessions';
const OF_USER = 'GET /sessions/user/{userId}';
const ALL = 'GET /sessions';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

interface Listed {
  readonly sessionId: string;
  readonly userId: string;
  readonly current: boolean;
}

const idsOf = (data: { sessions: Listed[] }) => data.sessions.map(({ sessionId }) => sessionId);

/** Every page from the first to the last. */
async function pages(target: Api, route: string, call: Parameters<Api['call']>[1], limit: number): Promise<Listed[][]> {
  const found: Listed[][] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
    const { status, data } = await target.call(route, { ...call, query });
    expect(status).toBe(200);
    found.push(data.sessions);
    cursor = data.nextCursor;
  } while (cursor !== undefined);
  return found;
}

describe('the data of listed sessions', () => {
  const query = { include: 'data' };

  it('comes along if it is asked for', async () => {
    const user = newUser();
    await api.signIn(user, { data: { a: 1 } });
    const { caller } = await api.signIn(user);
    const shown = [
      { version: 1, data: { a: 1 } },
      { version: 0, data: {} },
    ];
    for (const [route, who] of [
      [OWN, caller],
      [OF_USER, anAdmin()],
    ] as const) {
      const { data } = await api.call(route, { caller: who, userId: publicUserKey(user), query });
      const found = data.sessions.map(({ version, data }: { version: number; data: object }) => ({ version, data }));
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining(shown));
    }
  });

  it('comes along in the list of all, of whatever user', async () => {
    const fresh = await apiFixture();
    for (const n of [1, 2, 3]) await fresh.signIn(newUser(), { data: { n } });
    const { data } = await fresh.call(ALL, { caller: anAdmin(), query });
    expect(new Set(data.sessions.map((session: { data: { n: number } }) => session.data.n))).toEqual(
      new Set([1, 2, 3]),
    );
  });

  it('is null where it is not understood, and the others are there', async () => {
    const user = newUser();
    const { caller, id } = await api.signIn(user, { data: { a: 1 } });
    await api.signIn(user, { data: { b: 2 } });
    const Item = { user_key: { S: userKey(user) }, item: { S: `DATA#${id}` }, data: { S: '[' }, version: { N: '1' } };
    await api.dynamodb.send(new PutItemCommand({ TableName: api.table, Item }));
    const { data } = await api.call(OWN, { caller, userId: 'me', query });
    const found = data.sessions.map((session: { data: object }) => session.data);
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([null, { b: 2 }]));
  });

  it.each(['', 'Data', 'data,data', 'events'])('is all that can be included: not %j', async (include) => {
    const { caller } = await api.signIn(newUser());
    const answer = await api.call(OWN, { caller, userId: 'me', query: { include } });
    expect(answer).toMatchObject(failure(400, 'INVALID_QUERY', 'include'));
  });
});

describe('the sessions of a user', () => {
  it('are shown to the user, newest first, the current one marked, without their data', async () => {
    const user = newUser();
    const first = await api.signIn(user, { data: { a: 1 } });
    api.state.nowSeconds = NOW + 60;
    const second = await api.signIn(user);
    api.state.nowSeconds = NOW;
    const { status, data } = await api.call(OWN, { caller: first.caller, userId: user.sub });
    expect({ status, ids: idsOf(data) }).toEqual({ status: 200, ids: [second.sessionId, first.sessionId] });
    expect(data.sessions.map(({ current }: Listed) => current)).toEqual([false, true]);
    expect(data).toMatchObject({ userId: user.sub, userKey: publicUserKey(user) });
    expect(data.sessions[1]).toMatchObject({
      userId: user.sub,
      userKey: publicUserKey(user),
      isActive: true,
      device: 'Firefox on Linux',
    });
    expect(data.sessions[1]).not.toHaveProperty('data');
    expect(data).not.toHaveProperty('nextCursor');
  });

  it('are shown to administrators, on both routes', async () => {
    const [local, guest] = [newUser('main'), newUser('guests')];
    const ids = [(await api.signIn(local)).sessionId, (await api.signIn(guest)).sessionId];
    for (const route of [OWN, OF_USER]) {
      for (const names of [[local.sub, `guests:${guest.sub}`], [local, guest].map(publicUserKey)]) {
        const answers = names.map((userId) => api.call(route, { caller: anAdmin(), userId }));
        expect((await Promise.all(answers)).map(({ data }) => idsOf(data))).toEqual([[ids[0]], [ids[1]]]);
      }
    }
  });

  it.each([
    ['somebody else', OWN, callerOf(newUser()), 'victim', 403],
    ['an administrator of another issuer', OWN, anAdmin('other'), 'main:victim', 403],
    ['an administrator whom the alias means nothing to', OWN, anAdmin('main'), 'other:victim', 403],
    ['a service', OWN, aService(), 'victim', 403],
    ['a service, by its own name', OWN, aService(), 'billing', 403],
    ['the user on the administrators’ route', OF_USER, callerOf({ issuer: 'main', sub: 'victim' }), 'victim', 403],
    ['nobody', OWN, undefined, 'victim', 401],
  ])('are closed to %s', async (_, route, caller, userId, status) => {
    await api.signIn({ issuer: 'main', sub: 'victim' });
    const answer = await api.call(route, { userId, ...(caller === undefined ? {} : { caller }) });
    expect(answer).toMatchObject({ status, error: {} });
  });

  it('are whose the answer says, also where there are none', async () => {
    const [nobody, caller] = [{ issuer: 'guests', sub: 'al%69ce' }, anAdmin()];
    for (const route of [OWN, OF_USER]) {
      const { data } = await api.call(route, { caller, userId: publicUserKey(nobody) });
      expect(data).toEqual({ userId: 'guests:al%69ce', userKey: publicUserKey(nobody), sessions: [] });
      expect(await api.call(route, { caller, userId: 'guests:al%69ce' })).toMatchObject(
        failure(400, 'INVALID_USER_ID', 'userId'),
      );
    }
  });

  it('are those of one issuer, when another has a user of the same name', async () => {
    const user = newUser('main');
    await api.signIn(user);
    const namesake = callerOf({ issuer: 'other', sub: user.sub });
    expect(await api.call(OWN, { caller: namesake, userId: user.sub })).toMatchObject({ data: { sessions: [] } });
  });

  it('do not hold what has ended or expired, although the table still does', async () => {
    const user = newUser();
    const { caller } = await api.signIn(user);
    const revoked = await api.signIn(user);
    await api.call('DELETE /sessions/{sessionId}', { caller, sessionId: revoked.sessionId });
    expect((await api.call(OWN, { caller, userId: user.sub })).data.sessions).toHaveLength(1);
    api.state.nowSeconds = NOW + 11 * DAY;
    try {
      expect((await api.call(OWN, { caller, userId: user.sub })).data.sessions).toEqual([]);
    } finally {
      api.state.nowSeconds = NOW;
    }
  });

  it('come to the end in pages, each once: 130 of them', async () => {
    const user = newUser();
    const caller = callerOf(user);
    const made: string[] = [];
    for (let index = 0; index < 130; index += 1) {
      api.state.nowSeconds = NOW + (index % 7); // many begin in the same second
      made.push((await api.signIn(user, { authTime: NOW })).sessionId);
    }
    api.state.nowSeconds = NOW + 10;
    try {
      const found = await pages(api, OWN, { caller, userId: user.sub }, 100);
      expect(found.map(({ length }) => length)).toEqual([100, 30]);
      expect(
        found
          .flat()
          .map(({ sessionId }) => sessionId)
          .toSorted(),
      ).toEqual(made.toSorted());
      const small = await pages(api, OWN, { caller, userId: user.sub }, 50);
      expect(small.flat()).toEqual(found.flat());
      expect(small).toHaveLength(3);
      expect((await api.call(OWN, { caller, userId: user.sub })).data.sessions).toHaveLength(20);
    } finally {
      api.state.nowSeconds = NOW;
    }
  }, 60_000);

  it('shift none of the others when one ends or begins between two pages', async () => {
    const user = newUser();
    const caller = callerOf(user);
    const made: Awaited<ReturnType<Api['signIn']>>[] = [];
    for (let index = 0; index < 4; index += 1) {
      api.state.nowSeconds = NOW + index;
      made.push(await api.signIn(user));
    }
    const [d, c, b, a] = made.map(({ sessionId }) => sessionId);
    const first = await api.call(OWN, { caller, userId: user.sub, query: { limit: '2' } });
    expect(idsOf(first.data)).toEqual([a, b]);
    await api.call('DELETE /sessions/{sessionId}', { caller, sessionId: b ?? '' });
    await api.signIn(user);
    const cursor = first.data.nextCursor;
    const second = await api.call(OWN, { caller, userId: user.sub, query: { limit: '2', cursor } });
    expect(idsOf(second.data)).toEqual([c, d]);
    expect(second.data).not.toHaveProperty('nextCursor');
    api.state.nowSeconds = NOW;
  });
});

describe('all sessions', () => {
  it('are those of the issuers that the administrator administers, each once, to the end', async () => {
    const target = await apiFixture();
    const made: Record<string, string[]> = { main: [], guests: [], other: [] };
    for (let index = 0; index < 120; index += 1) {
      const issuer = ['main', 'guests', 'other'][index % 3] ?? '';
      made[issuer]?.push((await target.signIn(newUser(issuer))).sessionId);
    }
    const found = (await pages(target, ALL, { caller: anAdmin('main') }, 30)).flat();
    const wanted = [...(made.main ?? []), ...(made.guests ?? [])];
    expect(found.map(({ sessionId }) => sessionId).toSorted()).toEqual(wanted.toSorted());
    expect(found.filter(({ userId }) => userId.startsWith('guests:'))).toHaveLength(40);
    const others = (await pages(target, ALL, { caller: anAdmin('other') }, 100)).flat();
    expect(others.map(({ sessionId }) => sessionId).toSorted()).toEqual(made.other?.toSorted());
  }, 60_000);

  it('are closed to everybody else', async () => {
    const closed = [
      callerOf(newUser()),
      callerOf(newUser('guests'), { groups: ['admins'] }),
      aService('main', 'privacy'),
    ];
    for (const caller of closed) expect(await api.call(ALL, { caller })).toMatchObject(failure(403, 'FORBIDDEN'));
    expect(await api.call(ALL, {})).toMatchObject(failure(401, 'UNAUTHORIZED'));
  });
});

describe('what this release does not understand', () => {
  /** A row as a later release may have left it, between those of a user. */
  async function withUnknown(issuer = 'main') {
    const user = newUser(issuer);
    const { caller, sessionId } = await api.signIn(user);
    const id = randomBytes(16).toString('base64url');
    const Item = { user_key: { S: userKey(user) }, item: { S: `SESSION#${id}` }, kind: { S: 'ticket' } };
    await api.dynamodb.send(new PutItemCommand({ TableName: api.table, Item }));
    return { user, caller, known: sessionId, unknown: publicSessionId(user, id) };
  }
  const nothing = ['userAgent', 'device', 'ipAddress', 'loginTime', 'createdAt', 'lastActivity', 'expiresAt'];
  const shown = (sessionId: string, user: User, userId: string) => ({
    ...Object.fromEntries([...nothing, 'absoluteExpiresAt'].map((name) => [name, null])),
    sessionId,
    userId,
    userKey: publicUserKey(user),
    isActive: false,
    kind: 'unknown',
    current: false,
  });

  it('stands at the end of the user’s list, as nothing that lets anybody in', async () => {
    const { user, caller, known, unknown } = await withUnknown();
    const { status, data } = await api.call(OWN, { caller, userId: user.sub });
    expect(status).toBe(200);
    expect(data.sessions).toEqual([
      expect.objectContaining({ sessionId: known, isActive: true }),
      shown(unknown, user, user.sub),
    ]);
    const paged = await pages(api, OWN, { caller, userId: user.sub }, 1);
    expect(paged.flat().map(({ sessionId }) => sessionId)).toEqual([known, unknown]);
  });

  it('stands in the list of all sessions, under its user', async () => {
    const { user, unknown } = await withUnknown('guests');
    const listed = (await pages(api, ALL, { caller: anAdmin() }, 100)).flat();
    expect(listed).toContainEqual(shown(unknown, user, `guests:${user.sub}`));
  });

  it('is ended by its id, alone or with all others', async () => {
    const { user, caller, unknown } = await withUnknown();
    expect(await api.call('GET /sessions/{sessionId}', { caller, sessionId: unknown })).toMatchObject({ status: 500 });
    const ended = await api.call('DELETE /sessions/{sessionId}', { caller, sessionId: unknown });
    expect(ended).toMatchObject({ status: 200, data: { revoked: 1 } });
    expect((await api.call(OWN, { caller, userId: user.sub })).data.sessions).toHaveLength(1);

    const other = await withUnknown();
    const revoke = { caller: other.caller, userId: other.user.sub, query: { except: 'current' } };
    expect(await api.call('DELETE /users/{userId}/sessions', revoke)).toMatchObject({ data: { revoked: 1 } });
    const left = await api.call(OWN, { caller: other.caller, userId: other.user.sub });
    expect(idsOf(left.data)).toEqual([other.known]);
  });
});

describe('a page', () => {
  it.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '101' }],
    ['limit', { limit: '1e2' }],
    ['colour', { colour: 'red' }],
    ['except', { except: 'current' }],
  ])('is refused with the name of the bad parameter: %s in %j', async (field, query) => {
    const caller = anAdmin();
    for (const route of [OWN, OF_USER, ALL]) {
      const answer = await api.call(route, { caller, query, ...(route === ALL ? {} : { userId: caller.userId }) });
      expect(answer).toMatchObject(failure(400, 'INVALID_QUERY', field));
    }
  });
});

describe('a cursor', () => {
  const REFUSED = failure(400, 'INVALID_CURSOR', 'cursor');
  const admin = anAdmin();
  let own: string;
  let ofUser: string;
  let all: string;
  const [user, another] = [newUser(), newUser()];
  beforeAll(async () => {
    for (const who of [user, user, another, another]) await api.signIn(who);
    const query = { limit: '1' };
    own = (await api.call(OWN, { caller: admin, userId: user.sub, query })).data.nextCursor;
    ofUser = (await api.call(OF_USER, { caller: admin, userId: user.sub, query })).data.nextCursor;
    all = (await api.call(ALL, { caller: admin, query })).data.nextCursor;
  });
  const use = (route: string, cursor: string, userId = user.sub) =>
    api.call(route, { caller: admin, query: { cursor }, ...(route === ALL ? {} : { userId }) });

  it('goes on where it was made', async () => {
    for (const [route, cursor] of [
      [OWN, own],
      [OF_USER, ofUser],
      [ALL, all],
    ] as const) {
      expect(await use(route, cursor)).toMatchObject({ status: 200 });
    }
  });

  it('is refused for another user, and on another route', async () => {
    expect(await use(OWN, own, another.sub)).toMatchObject(REFUSED);
    expect(await use(OWN, own, `guests:${user.sub}`)).toMatchObject(REFUSED);
    expect(await use(OF_USER, own)).toMatchObject(REFUSED);
    expect(await use(OWN, ofUser)).toMatchObject(REFUSED);
    expect(await use(OWN, all)).toMatchObject(REFUSED);
    expect(await use(ALL, own)).toMatchObject(REFUSED);
  });

  it('of one administrator is refused for another with other users', async () => {
    const answer = await api.call(ALL, { caller: anAdmin('other'), query: { cursor: all } });
    expect(answer).toMatchObject(REFUSED);
  });

  it('edited by hand is refused, however it was edited', async () => {
    const edit = fc.tuple(fc.nat(), fc.constantFrom('A', 'z', '0', '-', '', '=', '.', ' '), fc.boolean());
    const bytes = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(OWN, OF_USER, ALL), edit, bytes, async (route, [at, typed, replaces], flip) => {
        const cursor = { [OWN]: own, [OF_USER]: ofUser, [ALL]: all }[route] ?? '';
        const place = at % cursor.length;
        const edited = cursor.slice(0, place) + typed + cursor.slice(place + (replaces ? 1 : 0));
        for (const text of [edited, flipped(cursor, flip)]) {
          if (text !== cursor) expect(await use(route, text)).toMatchObject(REFUSED);
        }
      }),
      { numRuns: 300 },
    );
  });

  /** One bit or more of one byte of what the cursor stands for. */
  function flipped(cursor: string, [at, bits]: readonly [number, number]): string {
    const bytes = Buffer.from(fromBase64url(cursor) ?? '');
    const place = at % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ bits;
    return toBase64url(bytes);
  }

  it('has no key before refresh-keys has run: what needs no next page goes on, the rest is to be tried again', async () => {
    const target = await apiFixture();
    const Key = { user_key: { S: 'KEYS#~cursor' }, item: { S: 'KEYS' } };
    await target.dynamodb.send(new DeleteItemCommand({ TableName: target.table, Key }));
    await target.signIn(user);
    const { caller } = await target.signIn(user);
    const list = (query: Record<string, string>) => target.call(OWN, { caller, userId: user.sub, query });
    expect(await list({})).toMatchObject({ status: 200 });
    for (const query of [{ limit: '1' }, { cursor: own }]) {
      const answer = await list(query);
      expect(answer).toMatchObject({ status: 503, error: { code: 'DEPENDENCY_UNAVAILABLE' } });
      expect(answer.headers).toMatchObject({ 'retry-after': '5' });
    }
    expect(await list({ cursor: 'x' })).toMatchObject(REFUSED);
    await createCursorKey(target).make();
    expect(await list({ limit: '1' })).toMatchObject({ status: 200, data: { nextCursor: expect.any(String) } });
  });

  it.each(['', 'x', 'A'.repeat(5000), '__proto__'])('is not any text: %j', async (text) => {
    for (const route of [OWN, OF_USER, ALL]) expect(await use(route, text)).toMatchObject(REFUSED);
  });
});
