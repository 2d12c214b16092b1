import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFollowUps } from '../index.ts';
import {
  aRecord,
  aRequest,
  aSession,
  aSidLogin,
  doBefore,
  type Fixture,
  newUser,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';
import { ownerOf, valuesOf, webUserOf } from '../web-fixture.ts';

let fixture: Fixture;
let web: ReturnType<typeof webUserOf>;

beforeAll(async () => {
  fixture = await storeFixture();
  web = webUserOf(fixture);
});
beforeEach(() => fixture.reset());

const entryOf = async (user: ReturnType<typeof newUser>, id: string | undefined) =>
  (await fixture.items(user))[`SESSION#${id}`];
const nextSecond = () => {
  fixture.state.nowSeconds += 1;
};

describe('one more than the limit allows', () => {
  it('marks the oldest of whatever kind, and takes nothing of a record', async () => {
    const user = newUser();
    const { session: record } = await aRecord(fixture, user);
    nextSecond();
    const bearer = await aSession(fixture, user);
    for (let count = 0; count < 3; count += 1) {
      nextSecond();
      await web.make({}, { owner: ownerOf(user) });
    }
    expect(await entryOf(user, bearer.id)).toMatchObject({
      web_ended_as: 'evicted',
      web_ended_at: START + 4,
      login_id: bearer.loginId,
    });
    expect(await entryOf(user, record.id)).not.toHaveProperty('web_ended_as');
  });

  it('marks one of the same provider session first', async () => {
    const user = newUser();
    const made = [];
    for (const sid of ['one', 'two', 'one']) {
      nextSecond();
      made.push(await web.make({}, { owner: ownerOf(user, sid) }));
    }
    nextSecond();
    await web.make({}, { owner: ownerOf(user, 'two') });
    const entries = await Promise.all(made.map(({ session }) => entryOf(user, session.owned?.id)));
    expect(entries.map((entry) => entry?.web_ended_as)).toEqual([undefined, 'evicted', undefined]);
  });

  it('counts none that has expired, was marked, or cannot be read', async () => {
    const user = newUser();
    const made = [];
    for (let count = 0; count < 3; count += 1) made.push(await web.make({}, { owner: ownerOf(user) }));
    await web.sessions.end(made[0]?.sid ?? '', 'logout');
    await fixture.put(user, 'SESSION#unreadable', { web_hash: 'x'.repeat(43), web_created_at: 'never' });
    await fixture.put(user, 'SESSION#later', { kind: 'of a later release', created_at: 1 });
    const denying = webUserOf(fixture, { limit: { maxSessionsPerUser: 3, sessionLimitPolicy: 'deny' } });
    const last = await denying.make({}, { owner: ownerOf(user) });
    await expect(denying.make({}, { owner: ownerOf(user) })).rejects.toMatchObject({ code: 'SESSION_LIMIT', limit: 3 });
    fixture.state.nowSeconds += 3601;
    await denying.make({}, { owner: ownerOf(user) });
    expect(await web.sessions.get(last.sid)).toBeUndefined();
  });

  it('is evicted although its own item is not its any more', async () => {
    const user = newUser();
    const made = [];
    for (let count = 0; count < 3; count += 1) {
      nextSecond();
      made.push(await web.make({}, { owner: ownerOf(user) }));
    }
    const { hash, owned } = made[0]?.session ?? {};
    const another = await web.make({ kept: 1 });
    await fixture.put(user, `SESSION#${owned?.id}`, {
      ...(await entryOf(user, owned?.id)),
      web_hash: another.session.hash,
    });
    expect(hash).not.toBe(another.session.hash);
    nextSecond();
    await web.make({}, { owner: ownerOf(user) });
    expect(await entryOf(user, owned?.id)).toMatchObject({ web_ended_as: 'evicted' });
    expect(await web.sessions.get(another.sid)).toEqual(another.session);
  });

  it.each([
    ['too long for a key', () => 'x'.repeat(3000)],
    ['that of the session itself', (hash: string) => hash],
    ['that of the others', () => 'x'.repeat(43)],
  ])('is evicted where entries name an item that is %s', async (_, named) => {
    const user = newUser();
    const { sid, session } = await web.make();
    const entry = { web_hash: named(session.hash), web_last_seen_at: START, web_created_at: START - 60 };
    const ends = { web_idle_expires_at: START + 600, web_absolute_expires_at: START + 600 };
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => fixture.put(user, `SESSION#${id}`, { ...entry, ...ends })));
    await web.sessions.set(web.change(sid, session, {}, { owner: ownerOf(user) }));
    const marked = Object.values(await fixture.items(user)).filter(({ web_ended_as }) => web_ended_as === 'evicted');
    expect(marked).toHaveLength(2);
    expect(await web.sessions.get(sid)).toMatchObject({ owned: { user } });
  });

  it('goes in one transaction, however many are too many', async () => {
    const user = newUser();
    const many = webUserOf(fixture, { limit: { maxSessionsPerUser: 60, sessionLimitPolicy: 'evict-oldest' } });
    await Promise.all(Array.from({ length: 5 }, () => many.make({}, { owner: ownerOf(user) })));
    const entries = Array.from({ length: 50 }, (_, at) =>
      fixture.put(user, `SESSION#${at}`, {
        web_hash: String(at).padStart(43, 'x'),
        web_created_at: START - 60 + at,
        web_last_seen_at: START,
        web_idle_expires_at: START + 600,
        web_absolute_expires_at: START + 600,
      }),
    );
    await Promise.all(entries);
    await web.make({}, { owner: ownerOf(user) });
    const marked = Object.values(await fixture.items(user)).filter(({ web_ended_as }) => web_ended_as === 'evicted');
    expect(marked).toHaveLength(47);
  });
});

describe('what has expired and was ended by nobody', () => {
  it('ends with the next sign-in, as at the moment when it expired, its own item with it', async () => {
    const user = newUser();
    const { sid, session } = await web.make({ secret: 1 }, { owner: ownerOf(user) });
    const bearer = await aSession(fixture, user);
    fixture.state.nowSeconds += 3700;
    const endedAt = Math.ceil(session.idleExpiresAtMs / 1000);
    await web.make({}, { owner: ownerOf(user) });
    expect(await entryOf(user, session.owned?.id)).toMatchObject({
      web_ended_as: 'expired',
      web_ended_at: endedAt,
    });
    expect(Object.keys((await web.item(sid)) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
    expect(await entryOf(user, bearer.id)).not.toHaveProperty('web_ended_as');
    const followUps = createFollowUps({ ...fixture.table, remainingMs: () => Number.POSITIVE_INFINITY });
    const end = { reason: 'expired', at: endedAt } as const;
    expect(await followUps.finish({ user, id: String(session.owned?.id), end })).toBe('ended');
    expect(await fixture.store.getEnded(user, String(session.owned?.id))).toMatchObject({
      reason: 'expired',
      endedAt,
    });
  });

  it('keeps nobody’s partition full: thirty short sign-ins leave one session', async () => {
    const user = newUser();
    for (let count = 0; count < 30; count += 1) {
      await web.make({}, { owner: ownerOf(user), expiresAtMs: fixture.table.nowMs() + 1000 });
      fixture.state.nowSeconds += 2;
    }
    const marks = Object.values(await fixture.items(user)).flatMap(({ web_hash, web_ended_as }) =>
      web_hash === undefined ? [] : [web_ended_as],
    );
    expect(marks.filter((mark) => mark !== 'expired')).toEqual([undefined]);
  });

  it('ends without its item where that is gone, past its absolute end without asking', async () => {
    const user = newUser();
    const { sid, session } = await web.make({ kept: 1 });
    const put = (id: string, absolute: number) =>
      fixture.put(user, `SESSION#${id}`, {
        web_hash: session.hash,
        web_created_at: START - 60,
        web_last_seen_at: START - 60,
        web_idle_expires_at: START - 30,
        web_absolute_expires_at: absolute,
      });
    await Promise.all([put('past', START - 20), put('gone', START + 600)]);
    await web.make({}, { owner: ownerOf(user) });
    expect(await entryOf(user, 'past')).toMatchObject({ web_ended_as: 'expired', web_ended_at: START - 30 });
    expect(await entryOf(user, 'gone')).toMatchObject({ web_ended_as: 'expired', web_ended_at: START - 30 });
    expect(await web.sessions.get(sid)).toEqual(session);
  });

  it('goes on where a machine whose clock is behind has used it meanwhile', async () => {
    const user = newUser();
    const { sid, session } = await web.make({ a: 1 }, { owner: ownerOf(user) });
    fixture.state.nowSeconds += 3601;
    doBefore(fixture, 'TransactWriteItems', async () => {
      fixture.state.nowSeconds -= 2;
      await web.sessions.touch(web.change(sid, session, {}, { owner: ownerOf(user) }));
      fixture.state.nowSeconds += 2;
    });
    await web.make({}, { owner: ownerOf(user) });
    expect(await entryOf(user, session.owned?.id)).not.toHaveProperty('web_ended_as');
    expect(await web.sessions.get(sid)).toMatchObject({ owned: session.owned });
  });

  it('goes in one transaction, as far as there is room in it', async () => {
    const user = newUser();
    await web.make({}, { owner: ownerOf(user) });
    const entries = Array.from({ length: 50 }, (_, at) =>
      fixture.put(user, `SESSION#${at}`, {
        web_hash: String(at).padStart(43, 'x'),
        web_created_at: START - 60,
        web_last_seen_at: START - 60,
        web_idle_expires_at: START - 30,
        web_absolute_expires_at: START + 600,
      }),
    );
    await Promise.all(entries);
    const marked = async () =>
      Object.values(await fixture.items(user)).filter(({ web_ended_as }) => web_ended_as === 'expired').length;
    await web.make({}, { owner: ownerOf(user) });
    expect(await marked()).toBe(47);
    await web.make({}, { owner: ownerOf(user) });
    expect(await marked()).toBe(50);
  });
});

describe('a sign-in', () => {
  it('of a provider session that is burnt opens nothing, and leaves an empty session of nobody', async () => {
    const login = aSidLogin();
    await fixture.store.create({ ...aRequest(), login });
    await fixture.store.revoke({ user: login.user, id: login.loginId });
    const owner = ownerOf(login.user, login.sidHash);
    const change = web.change('burnt', undefined, { mine: 1 }, { owner });
    await expect(web.sessions.set(change)).rejects.toMatchObject({
      code: 'LOGIN_ENDED',
      remedy: 'sign_out_at_provider',
    });
    const left = await web.sessions.get('burnt');
    expect([left?.owned, left?.keys.size]).toEqual([undefined, 0]);
  });

  it('names the provider session in the entry', async () => {
    const { session, user } = await web.makeOwned();
    expect(await entryOf(user, session.owned?.id)).not.toHaveProperty('web_sid_hash');
    const signed = await web.make({}, { owner: ownerOf(user, 'here') });
    expect(await entryOf(user, signed.session.owned?.id)).toMatchObject({
      web_sid_hash: 'here',
      web_sid_key: 'key-of-here',
    });
  });

  it('after an erasure begins later than that, and leaves the rest of the user as it is', async () => {
    const user = newUser();
    await fixture.store.markErased(user);
    const erased = (await fixture.items(user)).USER;
    const { session } = await web.make({}, { owner: ownerOf(user) });
    expect(await entryOf(user, session.owned?.id)).toMatchObject({ web_created_at: START + 2 });
    expect((await fixture.items(user)).USER).toEqual({ ...erased, version: Number(erased?.version) + 1 });
  });

  it('is refused where what is kept of the user cannot be read', async () => {
    const user = newUser();
    await fixture.put(user, 'USER', { version: 'x' });
    await expect(web.make({}, { owner: ownerOf(user) })).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED' });
  });

  it.each([
    ['the same session at the provider', 'here'],
    ['none that is named', undefined],
  ])('of the same person again, from %s, is none', async (_, again) => {
    const user = newUser();
    const { sid, session } = await web.make({ a: 1 }, { owner: ownerOf(user, 'here') });
    fixture.sent.length = 0;
    const saved = await web.sessions.set(web.change(sid, session, { a: 2 }, { owner: ownerOf(user, again) }));
    expect(sentBy(fixture)).toEqual(['UpdateItemCommand']);
    expect(saved).toMatchObject({ session: { owned: { user, id: session.owned?.id, sidHash: 'here' } } });
    expect((await web.sessions.get(sid))?.owned).toEqual(session.owned);
  });
});

describe('a sign-in of the same person anew, at another session of the provider', () => {
  const denying = () => webUserOf(fixture, { limit: { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } });

  it.each([
    ['the one before', 'one'],
    ['none that was named', undefined],
  ])('after %s gets an entry of its own, and the session stays as others have written it', async (_, before) => {
    const user = newUser();
    const { sid, session } = await web.make({ a: 1, cart: 1 }, { owner: ownerOf(user, before) });
    await web.sessions.set(web.change(sid, session, { a: 1, cart: 2 }, { owner: ownerOf(user) }));
    const anew = await web.sessions.set(web.change(sid, session, { a: 2, cart: 1 }, { owner: ownerOf(user, 'two') }));
    const found = await web.sessions.get(sid);
    expect(anew).toMatchObject({ outcome: 'saved', session: { owned: found?.owned } });
    expect([found?.owned?.sidHash, found && valuesOf(found)]).toEqual(['two', { a: 2, cart: 2 }]);
    expect(await entryOf(user, session.owned?.id)).toMatchObject({ web_ended_as: 'replaced' });
    expect(await entryOf(user, found?.owned?.id)).toMatchObject({ web_hash: session.hash, web_sid_hash: 'two' });
    // What held it before is over, as after every change of whose it is.
    expect(await web.sessions.set(web.change(sid, session, { a: 3 }, { owner: ownerOf(user, before) }))).toEqual({
      outcome: 'ended',
    });
  });

  it('replaces the whole where it was never handed out', async () => {
    const user = newUser();
    const { sid } = await web.make({ old: 1 }, { owner: ownerOf(user, 'one') });
    await web.sessions.set(web.change(sid, undefined, { fresh: 1 }, { owner: ownerOf(user, 'two') }));
    const found = await web.sessions.get(sid);
    expect([found?.owned?.sidHash, found && valuesOf(found)]).toEqual(['two', { fresh: 1 }]);
  });

  it('is refused where that is burnt, and leaves the session as it was', async () => {
    const login = aSidLogin();
    await fixture.store.create({ ...aRequest(), login });
    await fixture.store.revoke({ user: login.user, id: login.loginId });
    const { sid, session } = await web.make({ a: 1 }, { owner: ownerOf(login.user, 'one') });
    const anew = web.change(sid, session, { a: 2 }, { owner: ownerOf(login.user, login.sidHash) });
    await expect(web.sessions.set(anew)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect(await web.sessions.get(sid)).toEqual(session);
    expect(await entryOf(login.user, session.owned?.id)).not.toHaveProperty('web_ended_as');
  });

  it('takes no more room than it had: it is neither denied nor evicts itself', async () => {
    const user = newUser();
    const { sid, session } = await denying().make({}, { owner: ownerOf(user, 'one') });
    const anew = web.change(sid, session, {}, { owner: ownerOf(user, 'two') });
    expect(await denying().sessions.set(anew)).toMatchObject({ outcome: 'saved' });
    const full = webUserOf(fixture, { limit: { maxSessionsPerUser: 1, sessionLimitPolicy: 'evict-oldest' } });
    const held = await web.sessions.get(sid);
    const again = web.change(sid, held, {}, { owner: ownerOf(user, 'three') });
    expect(await full.sessions.set(again)).toMatchObject({
      outcome: 'saved',
      session: { owned: { sidHash: 'three' } },
    });
    const marks = Object.values(await fixture.items(user)).flatMap(({ web_hash, web_ended_as }) =>
      web_hash === undefined ? [] : [web_ended_as],
    );
    expect(marks.toSorted()).toEqual(['replaced', 'replaced', undefined]);
    await expect(denying().make({}, { owner: ownerOf(user, 'four') })).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
  });

  it('and signing out leave nothing of it in the session', async () => {
    const user = newUser();
    const { sid, session } = await web.make({}, { owner: ownerOf(user, 'one') });
    await web.sessions.set(web.change(sid, session, {}));
    expect(await web.item(sid)).not.toHaveProperty('provider_sid_hash');
    const back = await web.sessions.set(web.change(sid, undefined, {}, { owner: ownerOf(user, 'one') }));
    expect(back).toMatchObject({ session: { owned: { sidHash: 'one' } } });
    await web.sessions.set(web.change(sid, undefined, {}, { owner: ownerOf(newUser()) }));
    expect(await web.item(sid)).not.toHaveProperty('provider_sid_hash');
  });
});

describe('a change of owner', () => {
  it('of an object that was never handed out replaces the whole', async () => {
    const { sid, session, user } = await web.makeOwned({ old: 1 });
    const other = newUser();
    await web.sessions.set(web.change(sid, undefined, { fresh: 1 }, { owner: ownerOf(other) }));
    const found = await web.sessions.get(sid);
    expect([found?.owned?.user, valuesOf(found ?? session)]).toEqual([other, { fresh: 1 }]);
    expect(await entryOf(user, session.owned?.id)).toMatchObject({ web_ended_as: 'replaced' });
  });

  it('of a session whose entry is gone ends it', async () => {
    const { sid, session, user } = await web.makeOwned({ old: 1 });
    await fixture.remove(user, `SESSION#${session.owned?.id}`);
    const other = web.change(sid, session, { fresh: 1 }, { owner: ownerOf(newUser()) });
    expect(await web.sessions.set(other)).toEqual({ outcome: 'ended' });
    expect(await web.sessions.get(sid)).toBeUndefined();
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'already' });
  });

  it('with more keys than one update takes writes them all', async () => {
    const { sid, session } = await web.make({ first: 1 });
    const many = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`key-${at}`, at]));
    const user = newUser();
    const adopted = await web.sessions.set(web.change(sid, session, many, { owner: ownerOf(user) }));
    expect(adopted).toMatchObject({ outcome: 'saved', conflicts: 0 });
    const found = await web.sessions.get(sid);
    expect([found?.owned?.user, valuesOf(found ?? session)]).toEqual([user, many]);
    expect(adopted).toMatchObject({ session: found });
  });
});
