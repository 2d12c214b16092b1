import { type Caller, publicUserKey, type User, userKey } from '@cloakroom/core';
import { publicSessionId } from '@cloakroom/sessions';
import { newUser, signInAtWebApp } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportSessions } from './export-user.ts';
import { callerOf, DAY, START, userFixture } from './user-fixture.ts';

let fixture: Awaited<ReturnType<typeof userFixture>>;
beforeAll(async () => {
  fixture = await userFixture();
});
afterAll(() => fixture.real.destroy());

type Line = { session?: Record<string, unknown>; event?: Record<string, unknown> };

function parseLines(body: string): Line[] {
  expect(body === '' || body.endsWith('\n')).toBe(true);
  return body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** All pages, by the size of each, and their lines. */
async function exportAll(who: Caller, userId = who.userId, limit = '100') {
  const pages: number[] = [];
  const lines: Line[] = [];
  let cursor: string | undefined;
  do {
    const answer = await fixture.export(who, userId, { limit, ...(cursor === undefined ? {} : { cursor }) });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/x-ndjson' } });
    const page = parseLines(answer.body);
    pages.push(page.length);
    lines.push(...page);
    cursor = answer.headers['x-next-cursor'];
  } while (cursor !== undefined);
  return { pages, lines };
}

describe('the export of a user', () => {
  it('has a line for each active session, with its data, and one for each event', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const session = await fixture.signIn(user, { theme: 'dark', text: 'two\nlines\u2028' });
    const sessionId = publicSessionId(user, session.id);
    const { user: _, ...event } = await fixture.tell(user);
    const { lines } = await exportAll(callerOf(user, [], sessionId));
    expect(lines).toEqual([
      {
        session: expect.objectContaining({
          sessionId,
          userId: user.sub,
          userKey: publicUserKey(user),
          isActive: true,
          current: true,
          userAgent: 'Firefox',
          ipAddress: '192.0.2.1',
          createdAt: new Date(START * 1000).toISOString(),
          clientId: 'web',
          scope: 'openid',
          groups: ['staff'],
          version: 1,
          data: { theme: 'dark', text: 'two\nlines\u2028' },
        }),
      },
      { event: { ...event, data: { n: 1 }, userId: user.sub, userKey: publicUserKey(user), source: 'client' } },
    ]);
  });

  it('has a line for a session of a web app, and nothing of what the app keeps in it', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const { id } = await signInAtWebApp(fixture.real, fixture.sessionsTable, { user, nowSeconds: START });
    const { lines } = await exportAll(callerOf(user));
    const sessionId = publicSessionId(user, id);
    expect(lines).toEqual([
      { session: expect.objectContaining({ sessionId, kind: 'web', isActive: true, version: 0, data: {} }) },
    ]);
  });

  it('tells nothing of what the provider gave for a session, however it is kept', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const { id } = await fixture.signIn(user);
    await fixture.put(user, `PROVIDER_TOKENS#${id}`, { sealed: { B: Buffer.from('sealed-tokens') } });
    await fixture.put(user, `TOKENS#${id}`, { refresh_token: { S: 'a-token-in-the-clear' } });
    const { lines } = await exportAll(callerOf(user));
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/token|sealed/i);
  });

  it('is complete and without repetition over pages of any size, sessions first, then events, newest first', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const sessions: string[] = [];
    const events: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      fixture.clock.seconds += 1;
      sessions.push(publicSessionId(user, (await fixture.signIn(user)).id));
      events.push((await fixture.tell(user, count % 2 === 0 ? 'client' : 'system')).id);
    }
    const other = newUser();
    await fixture.signIn(other);
    await fixture.tell(other);
    for (const limit of ['1', '2', '5', '100']) {
      const { lines } = await exportAll(callerOf(user), user.sub, limit);
      const told = lines.flatMap(({ session }) => session?.sessionId ?? []);
      expect([...told].sort()).toEqual([...sessions].sort());
      expect(lines.slice(told.length).map(({ event }) => event?.id)).toEqual(events.toReversed());
    }
  });

  it('goes on although the session that a page ended with is gone', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const sessions = await Promise.all([fixture.signIn(user), fixture.signIn(user), fixture.signIn(user)]);
    const ids = sessions.map(({ id }) => id).sort();
    const first = await fixture.export(callerOf(user), user.sub, { limit: '1' });
    const gone = sessions.find(({ id }) => id === ids[0]);
    if (gone === undefined) throw new Error('it is the first');
    await fixture.sessions.revoke(gone);
    const cursor = first.headers['x-next-cursor'] ?? '';
    const second = await fixture.export(callerOf(user), user.sub, { limit: '10', cursor });
    expect(parseLines(second.body).map(({ session }) => session?.sessionId)).toEqual(
      ids.slice(1).map((id) => publicSessionId(user, id)),
    );
  });

  it('tells a failure when no read is under way any more', async () => {
    const user = newUser();
    for (let count = 0; count < 3; count += 1) await fixture.signIn(user);
    let [reads, underWay] = [0, 0];
    const getData: typeof fixture.sessions.getData = async (...args) => {
      reads += 1;
      if (reads === 1) throw new Error('unreachable');
      underWay += 1;
      return fixture.sessions.getData(...args).finally(() => {
        underWay -= 1;
      });
    };
    const query = { user, after: '', limit: 10, isCurrent: () => false };
    const sessions = { getUser: fixture.sessions.getUser, getData };
    await expect(exportSessions(query, { sessions, nowMs: fixture.nowMs })).rejects.toThrow('unreachable');
    expect([reads, underWay]).toEqual([3, 0]);
  });

  it('shows nothing that has ended or expired, although it is still there', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    await fixture.sessions.revoke(await fixture.signIn(user, { secret: 'ended' }));
    await fixture.signIn(user, { secret: 'expired' });
    await fixture.tell(user);
    fixture.clock.seconds = START + 90 * DAY;
    expect(await exportAll(callerOf(user))).toEqual({ pages: [0, 0], lines: [] });
    expect((await fixture.keysOf(user)).events).toHaveLength(1);
  });

  it('has what is not understood as such, with the data where that can be read, and all the rest', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const known = await fixture.signIn(user, { a: 1 });
    await fixture.put(user, 'SESSION#!of-a-later-kind', { kind: { S: 'ticket' }, secret_hash: { S: 'canary' } });
    await fixture.put(user, 'DATA#!of-a-later-kind', { version: { N: '2' }, data: { S: '{"b":2}' } });
    await fixture.put(user, `DATA#${known.id}`, { version: { S: 'spoilt' } });
    const { id } = await fixture.tell(user);
    for (const limit of ['1', '100']) {
      const { lines } = await exportAll(callerOf(user), user.sub, limit);
      expect(lines).toEqual([
        {
          session: expect.objectContaining({
            sessionId: publicSessionId(user, '!of-a-later-kind'),
            userId: user.sub,
            isActive: false,
            kind: 'unknown',
            createdAt: null,
            version: 2,
            data: { b: 2 },
          }),
        },
        { session: expect.objectContaining({ sessionId: publicSessionId(user, known.id), version: null, data: null }) },
        { event: expect.objectContaining({ id }) },
      ]);
      expect(JSON.stringify(lines)).not.toContain('canary');
    }
  });

  it('writes nothing', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    await fixture.signIn(user, {});
    const before = await fixture.keysOf(user);
    fixture.clock.seconds = START + 90 * DAY;
    await exportAll(callerOf(user));
    expect(await fixture.keysOf(user)).toEqual(before);
  });

  it('fits 100 sessions with the most data there can be into one answer of Lambda', async () => {
    fixture.clock.seconds = START;
    const user = newUser();
    const data = { text: '"'.repeat(4000) }; // 8 KB as JSON, and each sign is escaped once more in Lambda's own answer
    for (let count = 0; count < 20; count += 1) await fixture.signIn(user, data);
    const { body, ...rest } = await fixture.export(callerOf(user), user.sub, { limit: '100' });
    expect(5 * Buffer.byteLength(JSON.stringify({ ...rest, body }))).toBeLessThan(6_000_000);
  });

  it('is open to who administers the issuer, and to nobody else', async () => {
    fixture.clock.seconds = START;
    const user = newUser('guests');
    await fixture.signIn(user);
    const admin = newUser();
    const { lines } = await exportAll(callerOf(admin, ['guests']), `guests:${user.sub}`);
    expect(lines).toMatchObject([{ session: { userId: user.sub, current: false } }]);
    for (const stranger of [newUser(), newUser('guests')]) {
      expect(await fixture.export(callerOf(stranger), `guests:${user.sub}`)).toMatchObject({ statusCode: 403 });
      expect(await fixture.export(callerOf(stranger), user.sub)).toMatchObject({ statusCode: 403 });
    }
  });

  const seal = (scope: string, position: string) => fixture.cursors.seal(scope, position);
  it.each<[string, (user: User) => string | Promise<string>]>([
    ['edited by hand', async (user) => `${(await seal(`export of ${userKey(user)}`, 's')).slice(0, -2)}AA`],
    ['of another user', () => seal('export of U#pool#other', 's')],
    ['of the list of events', (user) => seal(`events:${userKey(user)}`, 's')],
    ['of no part', (user) => seal(`export of ${userKey(user)}`, 'x')],
    ['of an event that is none', (user) => seal(`export of ${userKey(user)}`, 'ejunk')],
    ['empty', () => ''],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    const user = newUser();
    const { statusCode, body } = await fixture.export(callerOf(user), user.sub, { cursor: await cursor(user) });
    expect({ statusCode, body: JSON.parse(body) }).toMatchObject({
      statusCode: 400,
      body: { error: { code: 'INVALID_CURSOR', field: 'cursor' } },
    });
  });

  it.each([{ limit: '0' }, { limit: '101' }, { colour: 'red' }])('refuses the query %j', async (query) => {
    const { statusCode } = await fixture.export(callerOf(newUser()), undefined, query);
    expect(statusCode).toBe(400);
  });
});
