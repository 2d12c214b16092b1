import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { userKey } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UnknownSession } from './model/session.ts';
import {
  addressOf,
  aLogin,
  aRecord,
  aRequest,
  aSession,
  DAY,
  type Fixture,
  newUser,
  START,
  storeFixture,
} from './store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

const ID = 'BBBBBBBBBBBBBBBBBBBBBA';

/** Rows that a later release may have left, or that something has spoilt. */
const ROWS: Readonly<Record<string, object>> = {
  'of a later kind': { kind: 'ticket', created_at: START, auth_time: START, family_hash: 'x' },
  'without anything': {},
  'of our kind, and half': { kind: 'bearer', created_at: 'yesterday' },
};

/** The sort keys of whatever a later release keeps beside sessions. */
const OTHERS = ['BURN#x', 'TOKENS#x', 'SESSIONS', 'AAA#x', 'ZZZ#x'];

describe('what it does not understand', () => {
  const all = Object.keys(ROWS);

  async function withRow(fixture: Fixture, row: string) {
    const session = await aSession(fixture);
    const { user } = session;
    await fixture.put(user, `SESSION#${ID}`, ROWS[row] ?? {});
    await Promise.all(OTHERS.map((item) => fixture.put(user, item, { ttl: 'never', version: 'x' })));
    return { session, user, unknown: expect.objectContaining({ user, id: ID, kind: 'unknown' }) };
  }

  async function scanned({ store }: Fixture) {
    const found: unknown[] = [];
    let position: string | undefined;
    do {
      const page = await store.scan({ issuers: ['local'], limit: 100, position });
      found.push(...page.sessions);
      position = page.position;
    } while (position !== undefined);
    return found;
  }

  it.each(all)('is listed as such, after the sessions: a row %s', async (row) => {
    const { session, user, unknown } = await withRow(fixture, row);
    const listed = { sessions: [session], unknown: [unknown] };
    expect(await fixture.store.getUser(user)).toMatchObject(listed);
    expect(await fixture.store.list(user)).toMatchObject(listed);
    expect(await scanned(fixture)).toEqual(expect.arrayContaining([session, unknown]));
  });

  it('is listed also with a number of more digits than ours have', async () => {
    const { user } = await aSession(fixture);
    const Item = {
      user_key: { S: userKey(user) },
      item: { S: `SESSION#${ID}` },
      auth_time: { N: '12345678901234567890123456789' },
    };
    await fixture.real.send(new PutItemCommand({ TableName: fixture.name, Item }));
    expect(await fixture.store.getUser(user)).toMatchObject({ sessions: [{}], unknown: [{ id: ID, authTime: 0 }] });
    expect(await scanned(fixture)).toContainEqual(expect.objectContaining({ user, kind: 'unknown' }));
    expect(await fixture.store.revoke(addressOf({ user, id: ID }))).toBe('ended');
  });

  it.each(all)('lets nobody in: a row %s', async (row) => {
    const { user } = await withRow(fixture, row);
    const malformed = { code: 'STORED_ITEM_MALFORMED', item: 'SESSION' };
    await expect(fixture.store.get(user, ID)).rejects.toMatchObject(malformed);
    await expect(fixture.store.require(addressOf({ user, id: ID }))).rejects.toMatchObject(malformed);
    const login = aLogin({ user, loginId: ID });
    await expect(fixture.store.create({ ...aRequest(), login })).rejects.toMatchObject(malformed);
  });

  it.each(all)('takes nobody’s place, and keeps nobody from a session: a row %s', async (row) => {
    const { session, user } = await withRow(fixture, row);
    const limit = { maxSessionsPerUser: 2, sessionLimitPolicy: 'deny' } as const;
    expect(await fixture.store.create(aRequest({ user }, limit))).toMatchObject({ outcome: 'created', evicted: [] });
    expect(await aRecord(fixture, user)).toMatchObject({ session: { kind: 'record' } });
    expect(await fixture.store.touch(session)).toBe('touched');
  });

  it.each(all)('ends by its id, with a mark that says so: a row %s', async (row) => {
    const { session, user } = await withRow(fixture, row);
    await fixture.put(user, `DATA#${ID}`, {});
    expect(await fixture.store.revoke(addressOf({ user, id: ID }))).toBe('ended');
    const items = await fixture.items(user);
    expect(items).not.toHaveProperty([`SESSION#${ID}`]);
    expect(items).not.toHaveProperty([`DATA#${ID}`]);
    expect(await fixture.store.getEnded(user, ID)).toMatchObject({
      reason: 'revoked',
      kind: 'unknown',
      endedAt: START,
    });
    expect(items[`ENDED#${ID}`]?.ttl).toBe(START + 30 * DAY);
    expect(await fixture.store.revoke(addressOf({ user, id: ID }))).toBe('already');
    await expect(fixture.store.create({ ...aRequest(), login: aLogin({ user, loginId: ID }) })).rejects.toMatchObject({
      code: 'LOGIN_ENDED',
    });
    expect(await fixture.store.require(addressOf(session))).toEqual(session);
  });

  it.each(all)('ends with all others: a row %s', async (row) => {
    const { session, user } = await withRow(fixture, row);
    await fixture.put(user, 'SESSION#of another form\n', {});
    expect(await fixture.store.revokeAll({ user, except: session.id })).toBe(2);
    expect(await fixture.store.getEnded(user, ID)).toMatchObject({ reason: 'revoked' });
    expect(await fixture.store.list(user)).toMatchObject({ sessions: [session], unknown: [] });
  });

  it.each(all)('is erased with its user, and whatever else is there: a row %s', async (row) => {
    const { user } = await withRow(fixture, row);
    await fixture.put(user, `DATA#${ID}`, {});
    await fixture.store.markErased(user);
    while (!(await fixture.store.erasePage(user)).isDone);
    expect(Object.keys(await fixture.items(user)).filter((item) => !item.startsWith('ENDED#'))).toEqual(['USER']);
  });

  it('is no session in a partition that is no user’s', async () => {
    for (const user_key of ['WEB#x', 'FLOW#x', 'U#', 'U#local#']) {
      const Item = { user_key: { S: user_key }, item: { S: `SESSION#${ID}` } };
      await fixture.real.send(new PutItemCommand({ TableName: fixture.name, Item }));
    }
    const { user } = await aSession(fixture);
    const found = (await scanned(fixture)) as UnknownSession[];
    expect(found.map(({ user: { sub } }) => sub)).toContain(user.sub);
    expect(found.every(({ user: { issuer, sub } }) => issuer === 'local' && sub.length > 1)).toBe(true);
  });

  it('may be where a page ends', async () => {
    const user = newUser();
    await fixture.put({ ...user, issuer: 'paged' }, 'SESSION#a\nb', {});
    await fixture.put({ ...user, issuer: 'paged' }, 'SESSION#a\nc', {});
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await fixture.store.scan({ issuers: ['paged'], limit: 1, position });
      ids.push(...page.sessions.map(({ id }) => id));
      position = page.position;
    } while (position !== undefined);
    expect(ids).toEqual(['a\nb', 'a\nc']);
  });

  it('keeps an ended session ended, also as its end marker', async () => {
    const { store } = fixture;
    const { user } = await aSession(fixture);
    await fixture.put(user, `ENDED#${ID}`, { reason: 'reuse' });
    expect(await store.revoke(addressOf({ user, id: ID }))).toBe('already');
    const login = aLogin({ user, loginId: ID });
    await expect(store.create({ ...aRequest(), login })).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect(await store.revokeAll({ user })).toBe(1);
  });

  it.each([{ version: 'x' }, { version: 1, recent_creations: 'x' }, { version: 1, not_before: 'x' }])(
    'stops sign-ins of the user alone where it is what is kept of the user: %j',
    async (fields) => {
      const session = await aSession(fixture);
      const { user } = session;
      await fixture.put(user, 'USER', fields);
      await expect(fixture.store.create(aRequest({ user }))).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED' });
      expect(await scanned(fixture)).toContainEqual(session);
      expect(await fixture.store.require(addressOf(session))).toEqual(session);
      // Whether the watermark could be raised or not: what is there has ended.
      await fixture.store.revokeAll({ user }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STORED_ITEM_MALFORMED', item: 'USER' });
      });
      expect(await fixture.store.getEnded(user, session.id)).toMatchObject({ reason: 'revoked' });
    },
  );
});
