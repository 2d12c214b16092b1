import { jsonText, type ProviderLogout } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createProviderSessions } from './index.ts';
import { isActive } from './model/lifetime.ts';
import type { TicketRequest } from './model/new-ticket.ts';
import { APP_END_REASONS } from './model/session.ts';
import {
  addressOf,
  aLogin,
  aRecord,
  aRequest,
  DAY,
  doBefore,
  type Fixture,
  HOUR,
  newUser,
  POLICY,
  START,
  sentBy,
  storeFixture,
} from './store-fixture.ts';
import { endSession } from './table/end-session.ts';
import { getListedSession } from './table/get-session.ts';
import { webKey } from './table/item-key.ts';
import { toItem } from './table/table.ts';
import { deleteItem, updateItem } from './table/write-item.ts';
import { aWebSession, endByApp, webStateOf } from './web-session-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const SID_HASH = 'BBBBBBBBBBBBBBBBBBBBBB';
const REVOKED_AT = { reason: 'revoked', kind: 'web' };

describe('a session of a web app', () => {
  it('is read with what its app does not write: it signed in when it was made, and may do nothing here', async () => {
    const { user, id, hash } = await aWebSession(fixture);
    expect(await fixture.store.get(user, id)).toEqual({
      ...{ user, id, kind: 'web', loginId: id, webHash: hash },
      ...{ createdAt: START, authTime: START, lastSeenAt: START },
      ...{ idleExpiresAt: START + HOUR, absoluteExpiresAt: START + 30 * DAY, ttl: START + 30 * DAY },
      ...{ clientId: '', scope: '', groups: [], ip: '192.0.2.7', userAgent: 'curl/8', version: 1 },
    });
  });

  it('has no rights and no login here, whatever its app has written', async () => {
    const claims = { scope: 'admin', groups: ['admins'], client_id: 'spa', login_id: 'stolen', auth_time: START + DAY };
    const { user, id } = await aWebSession(fixture, { entry: claims });
    const read = { scope: '', groups: [], clientId: '', loginId: id, authTime: START };
    expect(await fixture.store.get(user, id)).toMatchObject(read);
  });

  it('is listed, counted and exported like every other', async () => {
    const user = newUser();
    const { id } = await aWebSession(fixture, { user });
    const { session } = await fixture.store.create(aRequest({ user }));
    const listed = (await fixture.store.list(user)).sessions.map((each) => each.id);
    expect(listed.toSorted()).toEqual([id, session.id].toSorted());
    expect((await fixture.store.getUser(user)).sessions).toHaveLength(2);
    expect(await fixture.store.isKnown(user)).toBe(true);
  });

  it('is changed by its app alone', async () => {
    const session = await aWebSession(fixture);
    const lifetime = fixture.store.setLifetime({ ...addressOf(session), idleSeconds: 600 });
    await expect(lifetime).rejects.toMatchObject({ code: 'WEB_SESSION' });
    const data = fixture.store.replaceData({ ...addressOf(session), version: undefined, value: jsonText({}) });
    await expect(data).rejects.toMatchObject({ code: 'WEB_SESSION' });
  });

  it.each([
    ['is too long for a key', 'A'.repeat(3000), 'web_hash'],
    ['is missing', undefined, 'kind'],
  ])('is not understood when the name of its item %s, and can still be ended', async (_, web_hash, malformedField) => {
    const { user, id } = await aWebSession(fixture, { entry: { web_hash } });
    expect((await fixture.store.list(user)).unknown).toMatchObject([{ id, malformedField }]);
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
    expect((await fixture.store.list(user)).unknown).toEqual([]);
  });

  it('keeps nobody from ending all of its user, however long its id is', async () => {
    const { user } = await aWebSession(fixture);
    await fixture.put(user, `SESSION#${'x'.repeat(1016)}`, { web_hash: 'x' });
    expect(await fixture.store.revokeAll({ user })).toBe(2);
    expect((await fixture.store.list(user)).unknown).toEqual([]);
  });

  it('ends with its item where the entry is not understood', async () => {
    const { user, id, hash } = await aWebSession(fixture, { entry: { web_created_at: -1 } });
    expect(await getListedSession(fixture.table, user, id)).toMatchObject({ kind: 'unknown', webHash: hash });
    await fixture.store.revokeAll({ user });
    expect(await webStateOf(fixture, hash)).toBe('ended');
  });
});

describe('ending a session of a web app', () => {
  it('ends both items in one transaction, and keeps of the app’s when it ended', async () => {
    const { user, id, hash } = await aWebSession(fixture);
    fixture.state.nowSeconds += 60;
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'TransactWriteItemsCommand']);
    expect(await webStateOf(fixture, hash)).toBe('ended');
    const { USER, ...items } = await fixture.items(user);
    expect(Object.keys(items)).toEqual([`ENDED#${id}`]);
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ ...REVOKED_AT, endedAt: START + 60 });
    expect(USER).not.toHaveProperty('reauth_after');
  });

  it('burns the session at the provider that its app has told, and nothing where it has told none', async () => {
    const user = newUser();
    const [named, other] = [
      await aWebSession(fixture, { user, sidHash: SID_HASH }),
      await aWebSession(fixture, { user }),
    ];
    await fixture.store.revoke(addressOf(other));
    expect(await fixture.store.isBurnt(user, SID_HASH)).toBe(false);
    expect(await fixture.store.getEnded(user, other.id)).not.toHaveProperty('burntAt');
    expect(await fixture.store.revoke(addressOf(other))).toBe('already');
    expect((await fixture.store.getUser(user)).record.reauthAfter).toBe(0);
    await fixture.store.revoke(addressOf(named));
    expect(await fixture.store.isBurnt(user, SID_HASH)).toBe(true);
    expect(await fixture.store.getEnded(user, named.id)).toMatchObject({ burntAt: START });
  });

  it('can be done for one whose provider session no key can name', async () => {
    const { user, id } = await aWebSession(fixture, { sidHash: 'x'.repeat(2000) });
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
  });

  it.each([
    ['is gone', async (hash: string) => deleteItem(fixture.table, webKey(hash))],
    [
      'has become somebody else’s',
      async (hash: string) => {
        const became = { UpdateExpression: 'SET id = :id', ExpressionAttributeValues: toItem({ ':id': 'other' }) };
        const ConditionExpression = 'attribute_exists(user_key)';
        await updateItem(fixture.table, { Key: toItem(webKey(hash)), ...became, ConditionExpression });
      },
    ],
  ])('does not hang on the app’s item where that %s', async (_, meanwhile) => {
    const session = await aWebSession(fixture);
    await meanwhile(session.hash);
    const before = await webStateOf(fixture, session.hash);
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject(REVOKED_AT);
    expect(await webStateOf(fixture, session.hash)).toBe(before);
  });

  it('is no end for one that is used at that moment', async () => {
    const session = await aWebSession(fixture);
    fixture.state.nowSeconds += HOUR;
    doBefore(fixture, 'TransactWriteItems', () =>
      fixture.put(session.user, `SESSION#${session.id}`, {
        ...{ web_created_at: START, web_last_seen_at: START + HOUR, web_idle_expires_at: START + 2 * HOUR },
        ...{ web_absolute_expires_at: START + DAY, web_ip: '', web_user_agent: '', web_hash: session.hash },
      }),
    );
    expect((await fixture.store.require(addressOf(session))).lastSeenAt).toBe(START + HOUR);
    expect(await webStateOf(fixture, session.hash)).toBe('active');
  });

  it('comes to all of a user, whose list is empty and whose cookies open nothing', async () => {
    const user = newUser();
    const sessions = [await aWebSession(fixture, { user }), await aWebSession(fixture, { user, sidHash: SID_HASH })];
    expect(await fixture.store.revokeAll({ user })).toBe(2);
    for (const { hash } of sessions) expect(await webStateOf(fixture, hash)).toBe('ended');
    expect((await fixture.store.list(user)).sessions).toEqual([]);
  });

  it('comes to all of a user but one, which its app goes on with', async () => {
    const user = newUser();
    const [kept, gone] = [await aWebSession(fixture, { user }), await aWebSession(fixture, { user })];
    expect(await fixture.store.revokeAll({ user, except: kept.id })).toBe(1);
    expect([await webStateOf(fixture, kept.hash), await webStateOf(fixture, gone.hash)]).toEqual(['active', 'ended']);
  });

  it('comes to an erased user, of whom nothing is left but marks', async () => {
    const session = await aWebSession(fixture, { sidHash: SID_HASH });
    await fixture.store.markErased(session.user);
    while (!(await fixture.store.erasePage(session.user)).isDone);
    expect(await webStateOf(fixture, session.hash)).toBe('ended');
    const left = Object.keys(await fixture.items(session.user)).toSorted();
    expect(left).toEqual([`BURNT#${SID_HASH}`, `ENDED#${session.id}`, 'USER']);
  });

  it.each<[string, (user: ReturnType<typeof newUser>) => ProviderLogout]>([
    [
      'the session that its app has named',
      (user) => {
        return { what: 'session', issuer: user.issuer, sidKey: 'unknown', owner: { user, sidHash: SID_HASH } };
      },
    ],
    ['its person', (user) => ({ what: 'person', user, issuedAt: START })],
  ])('comes when the provider says that %s is over', async (_, logoutOf) => {
    const session = await aWebSession(fixture, { sidHash: SID_HASH });
    const provider = createProviderSessions({ ...fixture.table, remainingMs: () => Number.POSITIVE_INFINITY });
    expect(await provider.end(logoutOf(session.user))).toBe(1);
    expect(await webStateOf(fixture, session.hash)).toBe('ended');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'logout' });
  });
});

describe('a sign-in elsewhere', () => {
  const signIn = (user: ReturnType<typeof newUser>, policy = {}) =>
    fixture.store.create(aRequest({ user, authTime: fixture.state.nowSeconds }, policy));

  it('makes the oldest web session leave when there is no room, with the item of its app', async () => {
    const user = newUser();
    const first = await aWebSession(fixture, { user });
    fixture.state.nowSeconds += 1;
    const second = await aWebSession(fixture, { user });
    const { evicted, sessionsBefore } = await signIn(user, { maxSessionsPerUser: 2 });
    expect([evicted.map(({ id }) => id), sessionsBefore]).toEqual([[first.id], 2]);
    expect([await webStateOf(fixture, first.hash), await webStateOf(fixture, second.hash)]).toEqual([
      'ended',
      'active',
    ]);
  });

  it('is refused when web sessions have taken all places, where the policy says so', async () => {
    const { user } = await aWebSession(fixture);
    const refused = signIn(user, { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' });
    await expect(refused).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
  });

  it('need not be fresher because of them', async () => {
    const { user } = await aWebSession(fixture, { idleSeconds: DAY });
    fixture.state.nowSeconds += 2 * HOUR;
    const { outcome } = await fixture.store.create(aRequest({ user, authTime: START }));
    expect(outcome).toBe('created');
    const next = fixture.store.create(aRequest({ user, authTime: START }));
    await expect(next).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  });

  it('is not kept out by web sessions whose items are gone, however many they are', async () => {
    const user = newUser();
    for (let count = 0; count < 30; count += 1) {
      const { hash } = await aWebSession(fixture, { user, idleSeconds: count < 15 ? 1 : DAY });
      await deleteItem(fixture.table, webKey(hash));
    }
    fixture.state.nowSeconds += 60;
    const { evicted } = await signIn(user, { maxSessionsPerUser: 3 });
    expect(evicted).toHaveLength(13);
    expect((await fixture.store.list(user)).sessions).toHaveLength(3);
  });

  it('is not kept out by two entries that name one web session', async () => {
    const user = newUser();
    const first = await aWebSession(fixture, { user, idleSeconds: 1 });
    await aWebSession(fixture, { user, idleSeconds: 1, entry: { web_hash: first.hash } });
    fixture.state.nowSeconds += 60;
    const { session } = await signIn(user);
    expect((await fixture.store.list(user)).sessions).toEqual([session]);
    expect(await webStateOf(fixture, first.hash)).toBe('ended');
  });

  it('finds no session of its own in an entry that an app has put under its name', async () => {
    const { user, loginId } = aLogin();
    const entry = await aWebSession(fixture, { user });
    const { [`SESSION#${entry.id}`]: fields } = await fixture.items(user);
    await fixture.put(user, `SESSION#${loginId}`, { ...fields });
    await expect(fixture.store.create(aRequest({ user, loginId }))).rejects.toMatchObject({ field: 'kind' });
    const handedIn = fixture.store.handIn({ ...ticketRequest(user), login: aLogin({ user, loginId }) });
    await expect(handedIn).rejects.toMatchObject({ field: 'kind' });
  });

  function ticketRequest(user: ReturnType<typeof newUser>): TicketRequest {
    const now = fixture.state.nowSeconds;
    const exchange = { user, clientId: 'spa', authTime: now, issuedAt: now, receivedAt: now, isSilent: false };
    return {
      exchange: { ...exchange, scope: '', groups: [] },
      client: { ip: '', userAgent: '' },
      policy: { ...POLICY, maxSessionsPerUser: 1 },
      recheckSeconds: DAY,
    };
  }

  it('makes room and ends what has expired, when it opens a ticket', async () => {
    const user = newUser();
    const [expired, evicted] = [
      await aWebSession(fixture, { user, idleSeconds: 1 }),
      await aWebSession(fixture, { user }),
    ];
    fixture.state.nowSeconds += 60;
    expect(await fixture.store.openTicket(ticketRequest(user))).toMatchObject({ evicted: [{ id: evicted.id }] });
    for (const { hash } of [expired, evicted]) expect(await webStateOf(fixture, hash)).toBe('ended');
    expect(await fixture.store.getEnded(user, expired.id)).toMatchObject({ reason: 'expired' });
  });

  it('ends what has expired, when it makes a record', async () => {
    const expired = await aWebSession(fixture, { idleSeconds: 1 });
    fixture.state.nowSeconds += 60;
    await aRecord(fixture, expired.user);
    expect(await webStateOf(fixture, expired.hash)).toBe('ended');
    expect(await fixture.store.getEnded(expired.user, expired.id)).toMatchObject({ reason: 'expired' });
  });
});

describe('a session that an app has ended', () => {
  it.each(APP_END_REASONS)('as %s is over for everybody at once', async (reason) => {
    const web = await aWebSession(fixture);
    await endByApp(fixture, { ...web, webHash: web.hash }, reason);
    const session = await fixture.store.get(web.user, web.id);
    expect(session).toMatchObject({ endedByApp: { reason, at: START } });
    expect(session && isActive(session, START)).toBe(false);
    const required = fixture.store.require(addressOf(web));
    await expect(required).rejects.toMatchObject({ code: 'SESSION_ENDED', reason });
  });

  it('is over also if the app does not say since when', async () => {
    const { user, id } = await aWebSession(fixture, { entry: { web_ended_as: 'logout' } });
    await expect(fixture.store.require({ user, id })).rejects.toMatchObject({ reason: 'logout' });
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ reason: 'logout', endedAt: START });
  });

  it.each<[string, (user: ReturnType<typeof newUser>) => Promise<unknown>]>([
    ['a list', (user) => fixture.store.list(user)],
    ['a sign-in', (user) => fixture.store.create(aRequest({ user, authTime: START + 60 }))],
    ['a revocation of all', (user) => fixture.store.revokeAll({ user })],
    ['an erasure', (user) => fixture.store.markErased(user)],
  ])('is ended by %s for the reason and at the time that the app has told', async (_, meet) => {
    const web = await aWebSession(fixture, { idleSeconds: 30 });
    await endByApp(fixture, { ...web, webHash: web.hash }, 'logout');
    fixture.state.nowSeconds += 60;
    await meet(web.user);
    expect(await fixture.store.get(web.user, web.id)).toBeUndefined();
    const marker = await fixture.store.getEnded(web.user, web.id);
    expect(marker).toMatchObject({ reason: 'logout', kind: 'web', endedAt: START });
    expect(marker).not.toHaveProperty('burntAt');
  });

  it('leaves nobody’s item in the way: the app has ended its own', async () => {
    const web = await aWebSession(fixture);
    await endByApp(fixture, { ...web, webHash: web.hash }, 'replaced');
    const session = await fixture.store.get(web.user, web.id);
    fixture.sent.length = 0;
    await endSession(fixture.table, { session: session as NonNullable<typeof session>, reason: 'expired' });
    expect(sentBy(fixture)).toEqual(['TransactWriteItemsCommand']);
    expect(JSON.stringify(fixture.sent[0]?.input)).not.toContain('WEB#');
  });

  it('is dated neither before it began nor after now, whatever the app’s clock says', async () => {
    const user = newUser();
    const early = await aWebSession(fixture, { user, entry: { web_ended_as: 'logout', web_ended_at: START - DAY } });
    const late = await aWebSession(fixture, { user, entry: { web_ended_as: 'logout', web_ended_at: START + DAY } });
    fixture.state.nowSeconds += 60;
    await fixture.store.list(user);
    expect(await fixture.store.getEnded(user, early.id)).toMatchObject({ endedAt: START });
    expect(await fixture.store.getEnded(user, late.id)).toMatchObject({ endedAt: START + 60 });
  });

  it('burns what it belongs to when its person revokes it all the same', async () => {
    const web = await aWebSession(fixture, { sidHash: SID_HASH });
    await endByApp(fixture, { ...web, webHash: web.hash }, 'logout');
    expect(await fixture.store.revoke(addressOf(web))).toBe('already');
    expect(await fixture.store.isBurnt(web.user, SID_HASH)).toBe(true);
  });

  it('may be of another kind: a bearer session that made room keeps its login ended', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create({ ...request, data: jsonText({ a: 1 }) });
    await aWebSession(fixture, { user: session.user, evicts: [session] });
    await expect(fixture.store.create(request)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'evicted', kind: 'bearer' });
    expect(await fixture.items(session.user)).not.toHaveProperty(`DATA#${session.id}`);
  });
});
