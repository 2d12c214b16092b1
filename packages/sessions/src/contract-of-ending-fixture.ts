import { expect, it } from '@jest/globals';
import { addressOf, aRecord, aSession, type Fixture, sentBy, UNKNOWN_ID } from './contract-fixture.ts';
import { isEndedItem } from './item-key.ts';
import { aRequest, LOGINS, newUser, START } from './store-fixture.ts';

export function describeRevoke(fixtureOf: () => Fixture): void {
  it('ends a session with its data, at once and for good, and is no error twice', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture, newUser(), { a: 1 });
    fixture.sent.length = 0;
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'TransactWriteItemsCommand']);
    expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'revoked' });
    expect(await fixture.store.touch(session)).toBe('gone');
  });

  it('knows what never was, and leaves no mark of it', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    expect(await fixture.store.revoke(addressOf({ user, id: UNKNOWN_ID }))).toBe('unknown');
    expect(await fixture.items(user)).toEqual({});
  });

  it('finds an expired session ended, as expired', async () => {
    const fixture = fixtureOf();
    const session = await aSession(fixture);
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'expired' });
  });
}

export function describeRevokeAll(fixtureOf: () => Fixture): void {
  it('raises the watermark first, then ends every session, records too', async () => {
    const fixture = fixtureOf();
    const { user } = await aSession(fixture);
    await aSession(fixture, user);
    await aRecord(fixture, user);
    fixture.sent.length = 0;
    expect(await fixture.store.revokeAll({ user, ...LOGINS })).toBe(3);
    expect(sentBy(fixture).slice(0, 2)).toEqual(['UpdateItemCommand', 'QueryCommand']);
    const { USER, ...items } = await fixture.items(user);
    expect(USER).toMatchObject({ version: 4, not_before: START + 5 });
    expect(Object.keys(items)).toHaveLength(3);
    expect(Object.keys(items).every(isEndedItem)).toBe(true);
  });

  it('keeps out every old login, used before or not, and lets a new one in after the margin', async () => {
    const fixture = fixtureOf();
    const { store, state } = fixture;
    const used = aRequest({ authTime: START - 60 });
    const { user } = used.login;
    const unused = aRequest({ user, authTime: START });
    await store.create(used);
    await store.revokeAll({ user, ...LOGINS });
    const early = aRequest({ user, authTime: START + 5 });
    state.nowSeconds += 6;
    for (const refreshed of [used, unused, { ...used, login: { ...used.login, scope: 'openid more' } }]) {
      await expect(store.create(refreshed)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    }
    await expect(store.create(early)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY', retryAfterSeconds: 1 });
    expect(await store.create(aRequest({ user, authTime: START + 6 }))).toMatchObject({ outcome: 'created' });
  });

  it('can leave one session, which is not measured against the watermark', async () => {
    const { store, ...fixture } = fixtureOf();
    const mine = aRequest();
    const { session } = await store.create(mine);
    const { user } = session;
    const other = await aSession({ store, ...fixture }, user);
    expect(await store.revokeAll({ user, except: session.id, ...LOGINS })).toBe(1);
    expect(await store.create(mine)).toMatchObject({ outcome: 'existing' });
    expect((await store.list({ user, ...LOGINS })).sessions).toEqual([session]);
    expect(await store.getEnded(user, other.id)).toMatchObject({ reason: 'revoked' });
  });

  it('raises the watermark at most once a minute where one stays, and ends the others all the same', async () => {
    const fixture = fixtureOf();
    const { store, state } = fixture;
    const { user, id: except } = await aSession(fixture);
    const endOthers = () => store.revokeAll({ user, except, ...LOGINS });
    const record = async () => (await fixture.items(user)).USER;
    await endOthers();
    expect(await record()).toMatchObject({ version: 2, not_before: START + 5 });
    state.nowSeconds = START + 60;
    await aSession(fixture, user);
    expect(await endOthers()).toBe(1);
    expect(await record()).toMatchObject({ version: 3, not_before: START + 5 });
    state.nowSeconds = START + 61;
    await endOthers();
    expect(await record()).toMatchObject({ version: 4, not_before: START + 66 });
    await store.revokeAll({ user, ...LOGINS });
    await endOthers();
    expect(await record()).toMatchObject({ version: 5, not_before: START + 66 });
  });

  it('never lowers the watermark, and still counts as a change of the user', async () => {
    const fixture = fixtureOf();
    const user = newUser();
    await fixture.store.revokeAll({ user, ...LOGINS });
    fixture.state.nowSeconds -= 3;
    expect(await fixture.store.revokeAll({ user, ...LOGINS })).toBe(0);
    expect((await fixture.items(user)).USER).toMatchObject({ version: 2, not_before: START + 5 });
  });

  it('counts what it ends, not what had expired', async () => {
    const fixture = fixtureOf();
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    await aRecord(fixture, old.user);
    expect(await fixture.store.revokeAll({ user: old.user, ...LOGINS })).toBe(1);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });
}
