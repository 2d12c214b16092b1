import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { jsonText, type Login, parseUserKey, type User, userKey } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRestoration } from './index.ts';
import {
  addressOf,
  aLogin,
  aRecord,
  aRequest,
  aSession,
  aSidLogin,
  DAY,
  type Fixture,
  HOUR,
  newUser,
  START,
  storeFixture,
} from './store-fixture.ts';
import { webKey } from './table/item-key.ts';
import { getRawItem, toItem } from './table/table.ts';
import { putItem } from './table/write-item.ts';
import { aWebSession, webStateOf } from './web-session-fixture.ts';

let lost: Fixture;
let restored: Fixture;
beforeAll(async () => {
  [lost, restored] = [await storeFixture(), await storeFixture()];
});
beforeEach(() => {
  for (const fixture of [lost, restored]) {
    fixture.reset();
    fixture.state.sleep = async () => {};
  }
});

/** The restored table has of these users what the lost one has now. */
async function restore(...users: readonly User[]) {
  for (const user of users) {
    for (const Item of await lost.rawItems(user)) {
      await putItem(restored.table, { Item, ConditionExpression: 'attribute_not_exists(user_key)' });
    }
  }
}

function at(seconds: number): void {
  for (const { state } of [lost, restored]) state.nowSeconds = seconds;
}

const restoration = (options: { lost?: string | undefined } = { lost: lost.name }) =>
  createRestoration({ ...restored.table, remainingMs: () => Number.POSITIVE_INFINITY, ...options });
const close = (user: User) => restoration().close(userKey(user));

const create = ({ store }: Fixture, login: Login) => store.create({ ...aRequest(), login });

function openTicket({ store, state }: Fixture, user: User, sidHash?: string) {
  const now = state.nowSeconds;
  const exchange = { user, authTime: now, issuedAt: now, receivedAt: now, clientId: 'spa', isSilent: false };
  return store.openTicket({
    exchange: { ...exchange, scope: '', groups: [], ...(sidHash === undefined ? {} : { sidHash }) },
    client: { ip: '', userAgent: '' },
    recheckSeconds: HOUR,
    policy: { bootstrap: 'on', maxSessionsPerUser: 10, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: 10 * DAY },
  });
}

const OUT = { code: expect.stringMatching(/^(LOGIN_ENDED|SIGN_IN_TOO_EARLY)$/) };

describe('a restored table that was closed', () => {
  it('lets in no session that was active at the time that was restored', async () => {
    const login = aLogin();
    const { session } = await create(lost, login);
    await restore(login.user);
    expect(await restored.store.get(login.user, session.id)).toBeDefined();
    expect(await close(login.user)).toEqual({ ended: 1, isErased: false, isUnreadable: false });
    expect(await restored.store.get(login.user, session.id)).toBeUndefined();
    await expect(create(restored, login)).rejects.toMatchObject(OUT);
  });

  it('lets in no login that was ended since, also of a person who came since', async () => {
    const before = aLogin();
    await create(lost, before);
    await restore(before.user);
    const since = aLogin();
    for (const login of [before, since]) {
      await create(lost, login);
      await lost.store.revoke(addressOf({ user: login.user, id: login.loginId }));
    }
    at(START + HOUR);
    for (const { user } of [before, since]) await close(user);
    for (const login of [before, since]) {
      await expect(create(restored, login)).rejects.toMatchObject(OUT);
      await expect(create(restored, { ...login, authTime: START + 2 * HOUR })).rejects.toMatchObject(OUT);
    }
  });

  it('lets in nobody of a provider session that was burnt since, whatever client refreshes its tokens', async () => {
    const login = aSidLogin();
    await restore(login.user);
    await create(lost, login);
    await lost.store.revoke(addressOf({ user: login.user, id: login.loginId }));
    await close(login.user);
    at(START + HOUR);
    const refreshed = { ...login, loginId: aLogin().loginId, authTime: START + HOUR };
    await expect(create(restored, refreshed)).rejects.toMatchObject(OUT);
  });

  it('lets in nobody who had signed in since, until they sign in again', async () => {
    const login = aSidLogin();
    const { user } = login;
    await create(lost, login);
    const ticket = await openTicket(lost, user, 'sid-of-ticket');
    if (ticket.verdict !== 'open') throw new Error('the ticket was refused');
    await close(user);
    expect(await restored.items(user)).toMatchObject({
      [`ENDED#${login.loginId}`]: { reason: 'revoked', burnt_at: START },
      [`ENDED#${ticket.session.id}`]: { reason: 'revoked', family_hash: ticket.session.ticket?.familyHash },
      'BURNT#sid-of-ticket': { burnt_at: START },
      USER: { not_before: START + 5, reauth_after: START },
    });
    expect(await openTicket(restored, user)).toMatchObject({ verdict: 'leave_first', why: 'ended' });
    at(START + 60);
    expect(await create(restored, aSidLogin({ user, authTime: START + 60 }))).toMatchObject({ outcome: 'created' });
  });

  it('keeps records with their data, but for those that ended since', async () => {
    const user = newUser();
    const [kept, ended] = [await aRecord(lost, user), await aRecord(lost, user)];
    await restore(user);
    await lost.store.revoke(addressOf(ended.session));
    await close(user);
    const { sessions } = await restored.store.list(user);
    expect(sessions.map(({ id }) => id)).toEqual([kept.session.id]);
    expect((await restored.store.getData(user, kept.session.id)).value).toEqual(jsonText({ order: 7 }));
  });

  it.each(['since', 'before'])('holds nothing of a user who was erased %s', async (when) => {
    const user = newUser();
    const session = await aSession(lost, user, { a: 1 });
    await aRecord(lost, user);
    if (when === 'before') await lost.store.markErased(user);
    await restore(user);
    if (when === 'since') await lost.store.markErased(user);
    expect(await close(user)).toMatchObject({ isErased: true });
    const items = await restored.items(user);
    expect(Object.keys(items).filter((item) => /^(SESSION|DATA)#/.test(item))).toEqual([]);
    expect(items.USER).toMatchObject({ erased_at: START, ttl: START + 5 + 30 * DAY });
    await expect(create(restored, aLogin({ user, loginId: session.loginId }))).rejects.toMatchObject(OUT);
  });

  it('keeps what a person has made after an erasure that both tables know', async () => {
    const user = newUser();
    await lost.store.markErased(user);
    at(START + HOUR);
    await create(lost, aLogin({ user, authTime: START + HOUR }));
    const { session } = await aRecord(lost, user);
    await restore(user);
    expect(await close(user)).toMatchObject({ ended: 1, isErased: false });
    expect((await restored.store.list(user)).sessions.map(({ id }) => id)).toEqual([session.id]);
  });

  it('lets in nobody whose own item is malformed, and nothing that it does not understand', async () => {
    const { session } = await create(lost, aLogin());
    const { user } = session;
    await restore(user);
    await restored.put(user, 'USER', { version: 'x' });
    await restored.put(user, 'SESSION#AAAAAAAAAAAAAAAAAAAAAA', { kind: 'of a later release' });
    expect(await close(user)).toMatchObject({ isUnreadable: true });
    expect(Object.keys(await restored.items(user)).filter((item) => item.startsWith('SESSION#'))).toEqual([]);
  });

  it('can be closed again after a failure, wherever that was', async () => {
    const login = aSidLogin();
    const { user } = login;
    await create(lost, login);
    await restore(user);
    await lost.store.markErased(user);
    for (let failing = 1, isDone = false; !isDone; failing += 1) {
      let sent = 0;
      restored.state.intercept = async (_, goOn) => {
        sent += 1;
        if (sent === failing) throw new Error('ECONNRESET');
        return goOn();
      };
      isDone = await close(user).then(
        () => true,
        () => false,
      );
      expect(failing).toBeLessThan(100);
    }
    restored.state.intercept = undefined;
    expect(Object.keys(await restored.items(user)).toSorted()).toEqual([
      `BURNT#${login.sidHash}`,
      `ENDED#${login.loginId}`,
      'USER',
    ]);
  });
});

type Act = 'bearer' | 'sid' | 'ticket' | 'record' | 'revoke' | 'revoke all' | 'erase' | 'wait';
const acts = fc.array(
  fc.constantFrom<Act>('bearer', 'sid', 'ticket', 'record', 'revoke', 'revoke all', 'erase', 'wait'),
  { maxLength: 6 },
);

/** What a person does with the table that is to be lost; which logins and sessions they had. */
async function live(user: User, history: readonly Act[], logins: Login[], sessions: string[]): Promise<void> {
  const { store, state } = lost;
  for (const act of history) {
    if (act === 'bearer' || act === 'sid') {
      const login = (act === 'sid' ? aSidLogin : aLogin)({ user, authTime: state.nowSeconds });
      sessions.push((await create(lost, login)).session.id);
      logins.push(login);
    }
    const ticket = act === 'ticket' ? await openTicket(lost, user, `sid-${sessions.length}`) : undefined;
    if (ticket?.verdict === 'open') sessions.push(ticket.session.id);
    if (act === 'record') await aRecord(lost, user);
    if (act === 'revoke' && sessions[0] !== undefined) await store.revoke({ user, id: sessions[0] });
    if (act === 'revoke all') await store.revokeAll({ user });
    if (act === 'erase') await store.markErased(user);
    // Past the margin of a watermark.
    at(state.nowSeconds + (act === 'wait' ? 600 : 10));
  }
}

describe('whatever has happened before and since', () => {
  it.each([true, false])('nobody gets in by what was there (the lost table can be read: %s)', async (isReadable) => {
    await fc.assert(
      fc.asyncProperty(acts, acts, async (before, since) => {
        at(START);
        const user = newUser();
        const logins: Login[] = [];
        const sessions: string[] = [];
        await live(user, before, logins, sessions);
        await restore(user);
        await live(user, since, logins, sessions);
        await restoration(isReadable ? undefined : {}).close(userKey(user));
        for (const id of sessions) expect(await restored.store.get(user, id)).toBeUndefined();
        for (const login of logins) {
          await expect(create(restored, login)).rejects.toMatchObject(OUT);
          // By a token that was refreshed, or of another client of the same provider session.
          const later = { ...login, authTime: restored.state.nowSeconds + HOUR };
          if (isReadable) await expect(create(restored, later)).rejects.toMatchObject(OUT);
        }
        const { sessions: left } = await restored.store.list(user);
        expect(left.filter(({ kind }) => kind !== 'record')).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sessions of web apps', () => {
  /** The restored table has a session as the lost one has it now. */
  async function restoredWebSession() {
    const web = await aWebSession(lost);
    await restore(web.user);
    const Item = (await getRawItem(lost.table, webKey(web.hash))) ?? {};
    await putItem(restored.table, { Item, ConditionExpression: 'attribute_not_exists(user_key)' });
    return { web, keys: { user: userKey(web.user), item: webKey(web.hash).user_key } };
  }

  it.each([
    ['the user’s items', ['user', 'item']],
    ['their own', ['item', 'user']],
  ] as const)('let nobody in, whether %s are closed first, in however many attempts', async (_, order) => {
    const { web, keys } = await restoredWebSession();
    expect(await webStateOf(restored, web.hash)).toBe('active');
    const closed = [];
    for (const which of [...order, ...order]) closed.push(await restoration().close(keys[which]));
    expect(closed.map((each) => each?.ended ?? 0).toSorted()).toEqual([0, 0, 0, 1]);
    expect(await webStateOf(restored, web.hash)).toBe('none');
    expect(await restored.store.get(web.user, web.id)).toBeUndefined();
    expect(await restored.store.getEnded(web.user, web.id)).toMatchObject({ reason: 'revoked', kind: 'web' });
  });

  it('have ended also where the lost table alone has them', async () => {
    const web = await aWebSession(lost);
    await close(web.user);
    expect(await restored.store.getEnded(web.user, web.id)).toMatchObject({ reason: 'revoked', kind: 'web' });
    await restoration().close(webKey(web.hash).user_key);
    expect(await webStateOf(restored, web.hash)).toBe('none');
  });
});

describe('partitions that are no users', () => {
  const put = (fixture: Fixture, user_key: string, item: string, fields = {}) =>
    putItem(fixture.table, {
      Item: toItem({ user_key, item, ...fields }),
      ConditionExpression: 'attribute_not_exists(user_key)',
    });
  async function itemsAt({ real, name }: Fixture, key: string) {
    const { Items = [] } = await real.send(new ScanCommand({ TableName: name, ConsistentRead: true }));
    return Items.filter(({ user_key }) => user_key?.S === key);
  }

  it('are left of those alone that keep somebody out or say nothing of anybody', async () => {
    for (const key of ['FLOW#abc', 'WEB#abc', 'KEYS#withdrawn', 'KEYS#~cursor', 'SID#local#abc', 'U#Not an alias#x']) {
      await put(restored, key, 'X');
      await restoration().close(key);
    }
    const left = ['FLOW#abc', 'WEB#abc', 'KEYS#withdrawn', 'KEYS#~cursor', 'SID#local#abc', 'U#Not an alias#x'].map(
      async (key) => [key, (await itemsAt(restored, key)).length] as const,
    );
    expect((await Promise.all(left)).filter(([, count]) => count > 0).map(([key]) => key)).toEqual([
      'KEYS#~cursor',
      'SID#local#abc',
      'U#Not an alias#x',
    ]);
  });

  it('have the key sets of the lost table, without keys that were withdrawn since', async () => {
    await put(restored, 'KEYS#local', 'KEYS', { jwks: 'old' });
    await put(lost, 'KEYS#local', 'KEYS', { jwks: 'new' });
    await restoration().close('KEYS#local');
    expect(await itemsAt(restored, 'KEYS#local')).toEqual([expect.objectContaining({ jwks: { S: 'new' } })]);
  });

  it('know which sessions at a provider were over', async () => {
    await put(restored, 'SID#local#over', 'SID', { owners: new Set(['x']), ttl: 1 });
    await put(lost, 'SID#local#over', 'SID', { owners: new Set(['x']), ended_at: START, ttl: START + DAY });
    await put(lost, 'SID#local#unknown', 'SID', { ended_at: START, ttl: START + DAY });
    for (const key of ['SID#local#over', 'SID#local#unknown']) {
      await restoration().close(key);
      const mark = { ended_at: { N: String(START) }, ttl: { N: String(START + DAY) } };
      expect(await itemsAt(restored, key)).toEqual([expect.objectContaining(mark)]);
    }
  });

  it('are found with all others, each once, by several scans side by side', async () => {
    const users = Array.from({ length: 5 }, () => newUser());
    for (const user of users) for (let n = 0; n < 2; n += 1) await aRecord(restored, user);
    const pages = await Promise.all(
      [0, 1, 2].map((segment) => restoration().scan(restored.name, { segment, segments: 3 })),
    );
    const found = pages.flatMap(({ keys }) => keys);
    expect(pages.every(({ next }) => next === undefined)).toBe(true);
    expect(found).toEqual([...new Set(found)]);
    for (const user of users) expect(found.map(parseUserKey)).toContainEqual(user);
  });
});
