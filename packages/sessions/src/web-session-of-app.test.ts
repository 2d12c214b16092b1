import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFollowUps, createProviderSessions, type Session } from './index.ts';
import { addressOf, aRequest, aSession, type Fixture, HOUR, newUser, START, storeFixture } from './store-fixture.ts';
import { webKey } from './table/item-key.ts';
import { getRawItem } from './table/table.ts';
import { HOUR_MS, ownerOf, webUserOf } from './web-fixture.ts';
import { aWebSession, markedIn, webStateOf } from './web-session-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const followUps = () => createFollowUps({ ...fixture.table, remainingMs: () => Number.POSITIVE_INFINITY });
const listed = async (user: Session['user']) => (await fixture.store.list(user)).sessions;

/** Somebody who is signed in at an app by the store of its web session library. */
async function signedIn(user = newUser(), owner = ownerOf(user)) {
  const app = webUserOf(fixture);
  const { sid, session } = await app.make({ csrf: 'a' }, { owner });
  return { app, sid, session, user, owner, id: String(session.owned?.id), hash: session.hash };
}

describe('a session that the store of an app has made', () => {
  it('has the attributes by which everything else here is tested', async () => {
    const sid = { sidHash: randomBytes(16).toString('base64url'), sidKey: randomBytes(16).toString('base64url') };
    const made = await signedIn(undefined, { ...ownerOf(newUser(), sid.sidHash) });
    const byHand = await aWebSession(fixture, sid);
    const attributesOf = async ({ hash, id }: { readonly hash: string; readonly id: string }) => {
      const item = (await getRawItem(fixture.table, webKey(hash))) ?? {};
      const user = hash === made.hash ? made.owner.user : byHand.user;
      const entry = (await fixture.raw(user, `SESSION#${id}`)) ?? {};
      return [item, entry].map((each) =>
        Object.entries(each).map(([name, value]) => [name, ...Object.keys(value)].join()),
      );
    };
    const [expected, found] = [await attributesOf(made), await attributesOf(byHand)];
    expect(found.map((each) => each.toSorted())).toEqual(expected.map((each) => each.toSorted()));
  });

  it('is out at its next request after a revocation, and no writer brings it back', async () => {
    const { app, sid, session, user, id, owner, hash } = await signedIn();
    expect(await listed(user)).toMatchObject([{ id, kind: 'web', webHash: hash }]);
    expect(await fixture.store.revoke({ user, id })).toBe('ended');
    expect(await app.sessions.get(sid)).toBeUndefined();
    for (const before of [session, undefined]) {
      expect(await app.sessions.set(app.change(sid, before, { csrf: 'b' }, { owner }))).toEqual({ outcome: 'ended' });
    }
    const touch = app.change(sid, session, {}, { owner, expiresAtMs: fixture.table.nowMs() + 2 * HOUR_MS });
    expect(await app.sessions.touch(touch)).toEqual({ outcome: 'ended' });
    expect(await app.sessions.end(sid, 'logout')).toEqual({ outcome: 'already' });
    expect(await webStateOf(fixture, hash)).toBe('ended');
    expect(await listed(user)).toEqual([]);
  });

  it('has ended as a sign-out when its person signs out there', async () => {
    const { app, sid, user, id } = await signedIn();
    expect(await app.sessions.end(sid, 'logout')).toEqual({ outcome: 'ended' });
    expect(await followUps().finish(await markedIn(fixture, { user, id }))).toBe('ended');
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ reason: 'logout', kind: 'web', endedAt: START });
    expect(await followUps().adopt({ user, id })).toBe('gone');
  });

  it('has been replaced when somebody else signs in on it', async () => {
    const { app, sid, session, user, id } = await signedIn();
    const next = newUser();
    await app.sessions.set(app.change(sid, session, { csrf: 'a' }, { owner: ownerOf(next) }));
    expect(await followUps().finish(await markedIn(fixture, { user, id }))).toBe('ended');
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ reason: 'replaced' });
    const [taken] = await listed(next);
    expect(await fixture.store.revoke(addressOf(taken as Session))).toBe('ended');
    expect(await app.sessions.get(sid)).toBeUndefined();
  });

  it('belongs to the latest sign-in of its person, and ends with that at the provider', async () => {
    const user = newUser();
    const { app, sid, session, id } = await signedIn(user, ownerOf(user, 'one'));
    expect(await followUps().adopt({ user, id })).toBe('adopted');
    await app.sessions.set(app.change(sid, session, { csrf: 'a' }, { owner: ownerOf(user, 'two') }));
    expect(await followUps().finish(await markedIn(fixture, { user, id }))).toBe('ended');
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ reason: 'replaced' });
    const [anew] = await listed(user);
    expect(await followUps().adopt({ user, id: String(anew?.id) })).toBe('adopted');
    const provider = createProviderSessions({ ...fixture.table, remainingMs: () => Number.POSITIVE_INFINITY });
    const endAt = (sidKey: string) => provider.end({ what: 'session', issuer: user.issuer, sidKey });
    expect(await endAt('key-of-one')).toBe(0);
    expect(await app.sessions.get(sid)).toMatchObject({ owned: { sidHash: 'two' } });
    expect(await endAt('key-of-two')).toBe(1);
    expect(await app.sessions.get(sid)).toBeUndefined();
  });

  it('makes room for a sign-in here, and is out', async () => {
    const { app, sid, user, id } = await signedIn();
    const { evicted } = await fixture.store.create(aRequest({ user }, { maxSessionsPerUser: 1 }));
    expect(evicted).toMatchObject([{ id }]);
    expect(await app.sessions.get(sid)).toBeUndefined();
  });

  it('takes the place of a session here, whose login stays ended', async () => {
    const user = newUser();
    const bearer = await aSession(fixture, user);
    fixture.state.nowSeconds += 1;
    for (let count = 0; count < 3; count += 1) await signedIn(user);
    expect(await followUps().finish(await markedIn(fixture, bearer))).toBe('ended');
    expect(await fixture.store.getEnded(user, bearer.id)).toMatchObject({ reason: 'evicted', kind: 'bearer' });
    const again = fixture.store.create(aRequest({ user, loginId: bearer.id }));
    await expect(again).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('ends with its own item when somebody notices that it has expired', async () => {
    const { user, id, hash, session } = await signedIn();
    fixture.state.nowSeconds += HOUR + 1;
    expect(await listed(user)).toEqual([]);
    expect(await webStateOf(fixture, hash)).toBe('ended');
    const endedAt = Math.ceil(session.idleExpiresAtMs / 1000);
    expect(await fixture.store.getEnded(user, id)).toMatchObject({ reason: 'expired', endedAt });
  });

  it('goes on for as long as it is used, also by its entry', async () => {
    const { app, sid, session, user, owner, id } = await signedIn();
    fixture.state.nowSeconds += HOUR / 2;
    const touch = app.change(sid, session, {}, { owner, expiresAtMs: fixture.table.nowMs() + HOUR_MS });
    expect(await app.sessions.touch(touch)).toMatchObject({ outcome: 'saved' });
    fixture.state.nowSeconds += HOUR / 2 + 60;
    expect(await listed(user)).toMatchObject([{ id, lastSeenAt: START + HOUR / 2 }]);
    expect(await app.sessions.get(sid)).toBeDefined();
  });
});
