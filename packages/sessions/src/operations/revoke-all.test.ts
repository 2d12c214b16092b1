import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aRecord, aRequest, aSession, type Fixture, newUser, START, sentBy, storeFixture } from '../store-fixture.ts';
import { isEndedItem } from '../table/item-key.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('revokeAll', () => {
  it('raises the watermark first, then ends every session, records too', async () => {
    const { user } = await aSession(fixture);
    await aSession(fixture, user);
    await aRecord(fixture, user);
    fixture.sent.length = 0;
    expect(await fixture.store.revokeAll({ user })).toBe(3);
    expect(sentBy(fixture).slice(0, 2)).toEqual(['UpdateItemCommand', 'QueryCommand']);
    const { USER, ...items } = await fixture.items(user);
    expect(USER).toMatchObject({ version: 4, not_before: START + 5 });
    expect(Object.keys(items)).toHaveLength(3);
    expect(Object.keys(items).every(isEndedItem)).toBe(true);
  });

  it('keeps out every old login, used before or not, and lets a new one in after the margin', async () => {
    const { store, state } = fixture;
    const used = aRequest({ authTime: START - 60 });
    const { user } = used.login;
    const unused = aRequest({ user, authTime: START });
    await store.create(used);
    await store.revokeAll({ user });
    const early = aRequest({ user, authTime: START + 5 });
    state.nowSeconds += 6;
    for (const refreshed of [used, unused, { ...used, login: { ...used.login, scope: 'openid more' } }]) {
      await expect(store.create(refreshed)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    }
    await expect(store.create(early)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY', retryAfterSeconds: 1 });
    expect(await store.create(aRequest({ user, authTime: START + 6 }))).toMatchObject({ outcome: 'created' });
  });

  it('can leave one session, which is not measured against the watermark', async () => {
    const { store } = fixture;
    const mine = aRequest();
    const { session } = await store.create(mine);
    const { user } = session;
    const other = await aSession(fixture, user);
    expect(await store.revokeAll({ user, except: session.id })).toBe(1);
    expect(await store.create(mine)).toMatchObject({ outcome: 'existing' });
    expect((await store.list(user)).sessions).toEqual([session]);
    expect(await store.getEnded(user, other.id)).toMatchObject({ reason: 'revoked' });
  });

  it('raises the watermark at most once a minute where one stays, and ends the others all the same', async () => {
    const { store, state } = fixture;
    const { user, id: except } = await aSession(fixture);
    const endOthers = () => store.revokeAll({ user, except });
    const record = async () => (await fixture.items(user)).USER;
    await endOthers();
    expect(await record()).toMatchObject({ version: 2, not_before: START + 5 });
    state.nowSeconds = START + 60;
    await aSession(fixture, user);
    expect(await endOthers()).toBe(1);
    expect(await record()).toMatchObject({ version: 4, not_before: START + 5, reauth_after: START + 60 });
    state.nowSeconds = START + 61;
    await endOthers();
    expect(await record()).toMatchObject({ version: 5, not_before: START + 66 });
    await store.revokeAll({ user });
    await endOthers();
    expect(await record()).toMatchObject({ version: 6, not_before: START + 66 });
  });

  it('never lowers the watermark, and still counts as a change of the user', async () => {
    const user = newUser();
    await fixture.store.revokeAll({ user });
    fixture.state.nowSeconds -= 3;
    expect(await fixture.store.revokeAll({ user })).toBe(0);
    expect((await fixture.items(user)).USER).toMatchObject({ version: 2, not_before: START + 5 });
  });

  it('counts what it ends, not what had expired', async () => {
    const old = await aSession(fixture);
    fixture.state.nowSeconds = old.idleExpiresAt;
    await aRecord(fixture, old.user);
    expect(await fixture.store.revokeAll({ user: old.user })).toBe(1);
    expect(await fixture.store.getEnded(old.user, old.id)).toMatchObject({ reason: 'expired' });
  });
});
