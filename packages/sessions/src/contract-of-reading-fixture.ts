import { expect, it } from '@jest/globals';
import { addressOf, aRecord, aSession, type Fixture, sentBy, UNKNOWN_ID } from './contract-fixture.ts';
import { isSessionItem } from './item-key.ts';
import { aRequest, DAY, HOUR, IDLE, LOGINS, newUser, START } from './store-fixture.ts';

export function describeRequire(fixtureOf: () => Fixture): void {
  it('gives the active session by one consistent read', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.sent.length = 0;
    expect(await fixture.store.require(addressOf(session))).toEqual(session);
    expect(fixture.sent).toMatchObject([{ input: { ConsistentRead: true } }]);
  });

  it('tells unknown ones from those that have ended, and why these have', async () => {
    const { store, ...fixture } = fixtureOf();
    const session = await aSession({ store, ...fixture });
    const unknown = store.require({ ...addressOf(session), id: UNKNOWN_ID });
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND', name: 'SessionUnknownError' });
    await store.end({ session, reason: 'evicted', ...LOGINS });
    const ended = store.require(addressOf(session));
    await expect(ended).rejects.toMatchObject({ code: 'SESSION_ENDED', name: 'SessionEndedError', reason: 'evicted' });
  });

  it('ends one that it finds expired, dated when it expired, and its login with it', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.state.nowSeconds = session.idleExpiresAt + HOUR;
    await expect(fixture.store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({
      reason: 'expired',
      endedAt: session.idleExpiresAt,
      kind: 'bearer',
      authTime: START,
    });
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
  });
}

export function describeIsKnown(fixtureOf: () => Fixture): void {
  it('is true of whoever ever had a session or was erased, of nobody else, and writes nothing', async () => {
    const fixture = fixtureOf();
    const [nobody, namesake] = [newUser(), newUser()];
    await aSession(fixture, { ...namesake, issuer: 'guests' });
    const session = await aSession(fixture);
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    await fixture.store.revokeAll({ user: session.user, ...LOGINS });
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    await fixture.store.markErased({ user: session.user, ...LOGINS });
    while (!(await fixture.store.erasePage(session.user)).isDone);
    expect(await fixture.store.isKnown(session.user)).toBe(true);
    for (const user of [nobody, namesake]) {
      expect(await fixture.store.isKnown(user)).toBe(false);
      expect(await fixture.items(user)).toEqual({});
    }
  });
}

export function describeList(fixtureOf: () => Fixture): void {
  it('has the active sessions of the user alone, newest first, by one consistent Query', async () => {
    const fixture = fixtureOf();
    const first = await aSession(fixture);
    fixture.state.nowSeconds += 1;
    const second = await aSession(fixture, first.user);
    await aSession(fixture);
    fixture.sent.length = 0;
    const { sessions, record } = await fixture.store.list({ user: first.user, ...LOGINS });
    expect(sessions).toEqual([second, first]);
    expect(record.version).toBe(2);
    expect(sentBy(fixture)).toEqual(['QueryCommand']);
    expect(fixture.sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });

  it('never shows what has expired, and ends it', async () => {
    const fixture = fixtureOf();
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    const { session } = await aRecord(fixture, old.user);
    expect((await fixture.store.list({ user: old.user, ...LOGINS })).sessions).toEqual([session]);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });

  it('ends at most ten in passing, and shows none of the others either', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    for (let count = 0; count < 12; count += 1) {
      await fixture.store.create(aRequest({ user }, { maxSessionsPerUser: 20 }));
    }
    fixture.state.nowSeconds += 31 * DAY;
    expect((await fixture.store.list({ user, ...LOGINS })).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toHaveLength(2);
    expect((await fixture.store.list({ user, ...LOGINS })).sessions).toEqual([]);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toEqual([]);
  });

  it('is empty for a user of whom nothing is known, and writes nothing', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    expect(await fixture.store.list({ user, ...LOGINS })).toMatchObject({ sessions: [], record: { version: 0 } });
    expect(await fixture.items(user)).toEqual({});
  });
}

export function describeScan(fixtureOf: () => Fixture): void {
  async function scanAll({ store }: Fixture, limit: number, issuers: readonly string[]) {
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await store.scan({ issuers, limit, position });
      expect(page.sessions.length).toBeLessThanOrEqual(limit);
      ids.push(...page.sessions.map(({ id }) => id));
      position = page.position;
    } while (position !== undefined);
    return ids;
  }

  it.each([1, 3, 100])('shows every active session of the issuers once, in pages of %i', async (limit) => {
    const fixture = fixtureOf();
    const issuer = `scan${limit}`;
    const ofIssuer = () => ({ ...newUser(), issuer });
    const wanted = [];
    for (let count = 0; count < 5; count += 1) wanted.push(await aSession(fixture, ofIssuer(), { a: 1 }));
    await aSession(fixture, { ...newUser(), issuer: 'elsewhere' });
    const ended = await aSession(fixture, ofIssuer());
    await fixture.store.revoke(addressOf(ended));
    const expired = await aSession(fixture, ofIssuer());
    await fixture.store.setLifetime({ ...addressOf(expired), absoluteExpiresAt: START });
    const ids = await scanAll(fixture, limit, [issuer]);
    expect(ids.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    fixture.state.nowSeconds += IDLE.bearerIdleSeconds + HOUR;
    expect(await scanAll(fixture, limit, [issuer])).toEqual([]);
  });

  it('reads a bounded part of the table for a page, which may be empty while there is more', async () => {
    const fixture = fixtureOf();
    const issuer = 'bounded';
    for (let count = 0; count < 3; count += 1) await aSession(fixture, { ...newUser(), issuer }, { a: 1 });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'ScanCommand') Object.assign(command.input, { Limit: 1 });
      return goOn();
    };
    fixture.sent.length = 0;
    const { position } = await fixture.store.scan({ issuers: [issuer], limit: 100 });
    expect(fixture.sent).toHaveLength(8);
    expect(position).toBeDefined();
    expect(await scanAll(fixture, 100, [issuer])).toHaveLength(3);
  });

  it('is consistent, and takes no position but its own', async () => {
    const { store, sent } = fixtureOf();
    await store.scan({ issuers: [], limit: 1 });
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
    for (const position of ['', 'U#a#b', '\n', 'a\n', '\nb', `a\n${'é'.repeat(513)}`, `${'é'.repeat(1025)}\nb`]) {
      const page = store.scan({ issuers: [], limit: 1, position });
      await expect(page).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });
}
