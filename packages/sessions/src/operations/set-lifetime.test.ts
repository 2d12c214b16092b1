import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isActive } from '../model/lifetime.ts';
import {
  addressOf,
  aSession,
  DAY,
  type Fixture,
  HOUR,
  newUser,
  START,
  storeFixture,
  UNKNOWN_ID,
} from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('setLifetime', () => {
  it('gives a session its own idle time, counted from now and by every use after', async () => {
    const { store, state, raw } = fixture;
    const session = await aSession(fixture);
    state.nowSeconds += HOUR;
    const changed = await store.setLifetime({ ...addressOf(session), idleSeconds: 600 });
    expect(changed).toMatchObject({ idleExpiresAt: START + HOUR + 700, lastSeenAt: START, version: 2 });
    expect(await store.get(session.user, session.id)).toEqual(changed);
    state.nowSeconds += 500;
    expect(await store.touch(changed)).toBe('touched');
    const used = START + HOUR + 500;
    expect(await store.get(session.user, session.id)).toMatchObject({ lastSeenAt: used, idleExpiresAt: used + 700 });
    expect((await raw(session.user, `SESSION#${session.id}`))?.ttl).toEqual({ N: String(session.ttl) });
  });

  it('holds against a use that was decided on before', async () => {
    const { store, state } = fixture;
    const session = await aSession(fixture);
    await store.setLifetime({ ...addressOf(session), idleSeconds: 600 });
    await store.touch(session);
    state.nowSeconds += 699;
    expect(await store.require(addressOf(session))).toMatchObject({ id: session.id });
    state.nowSeconds += 1;
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
    expect(await store.getEnded(session.user, session.id)).toMatchObject({ endedAt: START + 700 });
  });

  it('moves the absolute end, and the TTL of session and data with it', async () => {
    const { store, items } = fixture;
    const session = await aSession(fixture, newUser(), { a: 1 });
    const absoluteExpiresAt = START + 60 * DAY;
    await store.setLifetime({ ...addressOf(session), absoluteExpiresAt });
    expect(await items(session.user)).toMatchObject({
      [`SESSION#${session.id}`]: { absolute_expires_at: absoluteExpiresAt, ttl: absoluteExpiresAt + 30 * DAY },
      [`DATA#${session.id}`]: { ttl: absoluteExpiresAt + 30 * DAY },
    });
  });

  it('leaves no data behind where there was none, and the idle time as it was', async () => {
    const { store, items } = fixture;
    const session = await aSession(fixture);
    const changed = await store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + 60 * DAY });
    expect(changed.idleExpiresAt).toBe(session.idleExpiresAt);
    expect(Object.keys(await items(session.user))).toEqual([`SESSION#${session.id}`, 'USER']);
  });

  it('ends a session by an end that is past', async () => {
    const { store } = fixture;
    const session = await aSession(fixture);
    const changed = await store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START });
    expect(isActive(changed, START)).toBe(false);
    await expect(store.require(addressOf(session))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('changes nothing that has ended or never was', async () => {
    const { store } = fixture;
    const session = await aSession(fixture);
    const set = (id: string) => store.setLifetime({ ...addressOf(session), id, idleSeconds: 60 });
    await expect(set(UNKNOWN_ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.revoke(addressOf(session));
    await expect(set(session.id)).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'revoked' });
  });
});
