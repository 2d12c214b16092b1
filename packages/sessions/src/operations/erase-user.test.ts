import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addressOf,
  aRecord,
  aRequest,
  aSession,
  DAY,
  type Fixture,
  newUser,
  START,
  storeFixture,
} from '../store-fixture.ts';
import { isSessionItem } from '../table/item-key.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

describe('erasure', () => {
  async function erase({ store }: Fixture, user: ReturnType<typeof newUser>) {
    for (let pages = 1; ; pages += 1) if ((await store.erasePage(user)).isDone) return pages;
  }

  it('leaves the mark and the watermark, so that old logins stay out', async () => {
    const used = aRequest();
    const { user } = used.login;
    await fixture.store.create({ ...used, data: jsonText({ a: 1 }) });
    const record = await aRecord(fixture, user);
    await fixture.store.markErased(user);
    await erase(fixture, user);
    expect(await fixture.items(user)).toEqual({
      [`ENDED#${used.login.loginId}`]: expect.objectContaining({ reason: 'revoked' }),
      [`ENDED#${record.session.id}`]: expect.objectContaining({ reason: 'revoked' }),
      USER: expect.objectContaining({ not_before: START + 5, erased_at: START, ttl: START + 5 + 30 * DAY }),
    });
    expect((await fixture.items(user)).USER).not.toHaveProperty('recent_creations');
    await expect(fixture.store.create(used)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('keeps out a sign-in by a fast clock until it is too old, when the mark may have gone', async () => {
    const user = newUser();
    const ofFastClock = aRequest({ user, authTime: START + 5 });
    await fixture.store.markErased(user);
    fixture.state.nowSeconds = Number((await fixture.items(user)).USER?.ttl);
    await fixture.remove(user, 'USER');
    await expect(fixture.store.create(ofFastClock)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('leaves the marks of ended logins, also of one whose time of sign-in moves', async () => {
    const request = aRequest();
    const { user, loginId } = request.login;
    await fixture.store.create(request);
    await fixture.store.revoke(addressOf({ user, id: loginId }));
    await fixture.store.markErased(user);
    await erase(fixture, user);
    fixture.state.nowSeconds += DAY;
    const moved = { ...request, login: { ...request.login, authTime: START + DAY } };
    await expect(fixture.store.create(moved)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('goes on where it was broken off, page by page', async () => {
    const user = newUser();
    const data = { version: 1, data: '{}', ttl: START + DAY };
    await Promise.all(Array.from({ length: 250 }, (_, index) => fixture.put(user, `DATA#${index}`, data)));
    await fixture.store.markErased(user);
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 100, isDone: false });
    expect(await erase(fixture, user)).toBe(2);
    expect(Object.keys(await fixture.items(user))).toEqual(['USER']);
  });

  it('spares whoever signs in anew: their session, its data, and the mark that keeps a newer login ended', async () => {
    const first = await aSession(fixture);
    const { user } = first;
    await fixture.store.markErased(user);
    fixture.state.nowSeconds += 10;
    const stays = await aSession(fixture, user, { a: 1 });
    const ended = aRequest({ user, authTime: START + 10 });
    await fixture.store.create(ended);
    await fixture.store.revoke(addressOf({ user, id: ended.login.loginId }));
    await erase(fixture, user);
    const marks = [first.id, ended.login.loginId].map((id) => `ENDED#${id}`).toSorted();
    const kept = [`DATA#${stays.id}`, ...marks, `SESSION#${stays.id}`, 'USER'];
    expect(Object.keys(await fixture.items(user))).toEqual(kept);
    await expect(fixture.store.create(ended)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect((await fixture.items(user)).USER).not.toHaveProperty('ttl');
  });

  it.each([0, 1, 4])(
    'spares a record that is made %d s after the mark, and dates it after the mark',
    async (seconds) => {
      const user = newUser();
      await fixture.store.markErased(user);
      fixture.state.nowSeconds += seconds;
      const { session } = await aRecord(fixture, user);
      await erase(fixture, user);
      expect(Object.keys(await fixture.items(user))).toEqual([`DATA#${session.id}`, `SESSION#${session.id}`, 'USER']);
      expect(session.createdAt).toBe(Math.max(START + 2, fixture.state.nowSeconds));
      await fixture.store.revoke(addressOf(session));
      expect(await fixture.store.getEnded(user, session.id)).toMatchObject({ endedAt: session.createdAt });
    },
  );

  it('ends all that it deletes: what began between its look at the sessions and its mark ends as of the mark', async () => {
    const { user } = await aSession(fixture);
    let late: { readonly id: string } | undefined;
    fixture.state.intercept = async (command, goOn) => {
      const isMark =
        'UpdateExpression' in command.input && String(command.input.UpdateExpression).includes('erased_at');
      if (!isMark || late !== undefined) return goOn();
      late = { id: '' };
      late = (await aRecord(fixture, user)).session;
      fixture.state.nowSeconds += 1;
      return goOn();
    };
    await fixture.store.markErased(user);
    expect(Object.keys(await fixture.items(user)).filter(isSessionItem)).toEqual([]);
    const marked = Number((await fixture.items(user)).USER?.erased_at);
    expect(await fixture.store.getEnded(user, late?.id ?? '')).toMatchObject({ reason: 'revoked', endedAt: marked });
    await erase(fixture, user);
  });

  it('passes over any number of items that stay', async () => {
    const user = newUser();
    await fixture.store.markErased(user);
    const newer = { reason: 'revoked', ended_at: START + 9, auth_time: START + 9, ttl: START + DAY };
    await Promise.all(Array.from({ length: 120 }, (_, index) => fixture.put(user, `ENDED#${100 + index}`, newer)));
    await fixture.put(user, 'TOKENS#999', {});
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 1, isDone: true });
  });

  it('is forgotten by TTL only while no watermark was raised anew', async () => {
    const user = newUser();
    await fixture.store.markErased(user);
    fixture.state.nowSeconds += DAY;
    await fixture.store.revokeAll({ user });
    expect((await fixture.items(user)).USER).not.toHaveProperty('ttl');
    expect((await fixture.items(user)).USER).toMatchObject({ erased_at: START });
  });

  it('deletes nothing of a user who is not marked', async () => {
    const { user } = await aSession(fixture);
    await expect(fixture.store.erasePage(user)).rejects.toMatchObject({ code: 'USER_NOT_ERASED' });
    expect(Object.keys(await fixture.items(user))).toHaveLength(2);
  });
});
