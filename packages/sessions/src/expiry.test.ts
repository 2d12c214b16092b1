import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isActive } from './model/lifetime.ts';
import { addressOf, aRequest, DAY, type Fixture, HOUR, newUser, START, storeFixture } from './store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('expiry', () => {
  const ends = [
    ['unused for too long', { idleSeconds: 600 }, START + 700],
    ['past its end', { absoluteExpiresAt: START + 600 }, START + 600],
  ] as const;

  it.each(ends)('hides a session that is %s from every operation, to the second', async (_, lifetime, end) => {
    const { store, state } = fixture;
    const issuer = `expiry${end}`;
    const request = { ...aRequest({ user: { ...newUser(), issuer } }), data: jsonText({ a: 1 }) };
    const { session } = await store.create(request);
    const { user } = session;
    const address = addressOf(session);
    const changed = await store.setLifetime({ ...address, ...lifetime });
    const asItWas = (await fixture.items(user))[`SESSION#${session.id}`] ?? {};
    const there = async () => {
      await fixture.remove(user, `ENDED#${session.id}`);
      await fixture.put(user, `SESSION#${session.id}`, asItWas);
    };
    state.nowSeconds = end - 1;
    expect(await store.require(address)).toEqual(changed);
    state.nowSeconds = end;
    expect(isActive(changed, end)).toBe(false);
    expect((await store.scan({ issuers: [issuer], limit: 100 })).sessions).toEqual([]);
    expect((await store.list(user)).sessions).toEqual([]);
    const refusals = [
      () => store.require(address),
      () => store.replaceData({ ...address, version: 1, value: jsonText({}) }),
      () => store.setLifetime({ ...address, idleSeconds: DAY, absoluteExpiresAt: end + DAY }),
    ];
    for (const refused of refusals) {
      await there();
      await expect(refused()).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'expired' });
    }
    await there();
    expect(await store.revoke(address)).toBe('already');
    await there();
    await expect(store.create(request)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    await there();
    expect(await store.create(aRequest({ user, authTime: end - HOUR }))).toMatchObject({ outcome: 'created' });
  });
});
