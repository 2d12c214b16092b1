import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fixture, newUser, START, sentBy, storeFixture } from '../store-fixture.ts';
import { toPlain } from '../table/table.ts';
import { ownerOf, valuesOf, webUserOf } from '../web-fixture.ts';

let fixture: Fixture;
let web: ReturnType<typeof webUserOf>;

beforeAll(async () => {
  fixture = await storeFixture();
  web = webUserOf(fixture);
});
beforeEach(() => fixture.reset());

describe('an anonymous session', () => {
  it('is made by one write and read by one', async () => {
    const { sid, session } = await web.make({ cart: [1] });
    expect(sentBy(fixture)).toEqual(['UpdateItemCommand']);
    const found = await web.sessions.get(sid);
    expect(found).toEqual(session);
    expect(sentBy(fixture)).toEqual(['UpdateItemCommand', 'GetItemCommand']);
    const item = await web.item(sid);
    expect(toPlain(item ?? {})).toMatchObject({ prefix: 'sess:', keys: { cart: '[1]' }, ttl: START + 1 + 30 * 86_400 });
  });

  it('keeps keys of every name', async () => {
    const names = ['', '__proto__', '\0', 'a\0', 'constructor', 'a.b', '#0', 'ü'];
    const keys = new Map(names.map((name, at) => [name, String(at)]));
    const { sid, session } = await web.make({}, { keys });
    expect((await web.sessions.get(sid))?.keys).toEqual(keys);
    const other = new Map(names.map((name, at) => [name, String(at + 1)]));
    await web.sessions.set(web.change(sid, session, {}, { keys: other }));
    expect((await web.sessions.get(sid))?.keys).toEqual(other);
  });

  it('is not written when nothing has changed, and only what has when something has', async () => {
    const { sid, session } = await web.make({ a: 1, b: 2, c: 3 });
    const same = await web.sessions.set(web.change(sid, session, { a: 1, b: 2, c: 3 }));
    expect(same).toMatchObject({ outcome: 'saved', isWritten: false });
    expect(sentBy(fixture)).toEqual(['UpdateItemCommand']);
    const changed = await web.sessions.set(web.change(sid, session, { a: 1, b: 3 }));
    expect(changed).toMatchObject({ outcome: 'saved', isWritten: true, conflicts: 0 });
    expect(fixture.sent.at(-1)?.input).toMatchObject({ UpdateExpression: 'SET #keys.#1=:1 REMOVE #keys.#0' });
    expect(valuesOf((await web.sessions.get(sid)) ?? session)).toEqual({ a: 1, b: 3 });
  });

  it('ends by one write, keeps its TTL and nothing else, and does not come back', async () => {
    const { sid, session } = await web.make({ a: 1 });
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'ended' });
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'already' });
    expect(await web.sessions.get(sid)).toBeUndefined();
    expect(Object.keys((await web.item(sid)) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
    for (const before of [session, undefined]) {
      expect(await web.sessions.set(web.change(sid, before, { a: 2 }))).toEqual({ outcome: 'ended' });
      expect(await web.sessions.touch(web.change(sid, before, { a: 2 }, { expiresAtMs: Date.now() * 2 }))).toEqual({
        outcome: 'ended',
      });
    }
    expect(Object.keys((await web.item(sid)) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
  });
});

describe('a session of a user', () => {
  it('has an entry that says the same', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    expect(session.owned?.user).toEqual(user);
    expect(await web.sessions.get(sid)).toEqual(session);
    const items = await fixture.items(user);
    const entry = items[`SESSION#${session.owned?.id}`];
    expect(entry).toEqual({
      user_key: `U#local#${user.sub}`,
      item: `SESSION#${session.owned?.id}`,
      web_created_at: START,
      web_last_seen_at: START,
      web_idle_expires_at: START + 3601,
      web_absolute_expires_at: START + 30 * 86_400 + 1,
      web_ip: '192.0.2.9',
      web_user_agent: 'curl',
      web_hash: session.hash,
    });
    expect(items.USER).toMatchObject({ version: 1 });
  });

  it('ends with its entry, which is marked', async () => {
    const { sid, session, user } = await web.makeOwned();
    expect(await web.sessions.end(sid, 'replaced')).toEqual({ outcome: 'ended' });
    expect((await fixture.items(user))[`SESSION#${session.owned?.id}`]).toMatchObject({
      web_ended_as: 'replaced',
      web_ended_at: START,
    });
    expect(await web.sessions.get(sid)).toBeUndefined();
  });

  it('is used by a touch of both, the entry first', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    fixture.state.nowSeconds += 60;
    fixture.sent.length = 0;
    const touched = await web.sessions.touch(web.change(sid, session, { ignored: 1 }));
    expect(touched).toMatchObject({ outcome: 'saved', isWritten: true });
    expect(sentBy(fixture)).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
    const found = await web.sessions.get(sid);
    expect(found?.idleExpiresAtMs).toBe(session.idleExpiresAtMs + 60_000);
    expect(valuesOf(found ?? session)).toEqual({ a: 1 });
    const entry = (await fixture.items(user))[`SESSION#${session.owned?.id}`];
    expect(entry).toMatchObject({ web_idle_expires_at: START + 3661, web_last_seen_at: START + 60 });
  });
});

describe('signing in', () => {
  it('adopts an anonymous session, with the keys that others have written meanwhile', async () => {
    const { sid, session } = await web.make({ cart: 1 });
    const user = newUser();
    await web.sessions.set(web.change(sid, session, { cart: 1, other: 1 }));
    const adopted = await web.sessions.set(web.change(sid, session, { cart: 2 }, { owner: ownerOf(user) }));
    expect(adopted).toMatchObject({ outcome: 'saved', session: { owned: { user } } });
    const found = await web.sessions.get(sid);
    expect(valuesOf(found ?? session)).toEqual({ cart: 2, other: 1 });
    expect(found?.owned?.user).toEqual(user);
  });

  it('of another person ends the first one, and leaves nothing of theirs', async () => {
    const { sid, session, user: first } = await web.makeOwned({ secret: 1 });
    await web.sessions.set(web.change(sid, session, { secret: 1, late: 1 }, { owner: ownerOf(first) }));
    const second = newUser();
    await web.sessions.set(web.change(sid, session, { mine: 1 }, { owner: ownerOf(second) }));
    const found = await web.sessions.get(sid);
    expect(valuesOf(found ?? session)).toEqual({ mine: 1 });
    expect(found?.owned?.user).toEqual(second);
    expect((await fixture.items(first))[`SESSION#${session.owned?.id}`]).toMatchObject({ web_ended_as: 'replaced' });
    expect(await web.sessions.set(web.change(sid, session, { secret: 2 }, { owner: ownerOf(first) }))).toEqual({
      outcome: 'ended',
    });
  });

  it("out ends the entry, and the session goes on as nobody's", async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    const out = await web.sessions.set(web.change(sid, session, { b: 1 }));
    expect(out).toMatchObject({ outcome: 'saved', session: { owned: undefined } });
    const found = await web.sessions.get(sid);
    expect(valuesOf(found ?? session)).toEqual({ b: 1 });
    expect(found?.owned).toBeUndefined();
    expect((await fixture.items(user))[`SESSION#${session.owned?.id}`]).toMatchObject({ web_ended_as: 'logout' });
  });

  it('once more than allowed ends the oldest, the item of a web session with it', async () => {
    const user = newUser();
    const made = [];
    for (let count = 0; count < 4; count += 1) {
      fixture.state.nowSeconds += 1;
      made.push(await web.make({ count }, { owner: ownerOf(user) }));
    }
    const found = await Promise.all(made.map(({ sid }) => web.sessions.get(sid)));
    expect(found.map((session) => session !== undefined)).toEqual([false, true, true, true]);
    const entry = (await fixture.items(user))[`SESSION#${made[0]?.session.owned?.id}`];
    expect(entry).toMatchObject({ web_ended_as: 'evicted' });
    const denying = webUserOf(fixture, { limit: { maxSessionsPerUser: 3, sessionLimitPolicy: 'deny' } });
    await expect(denying.make({}, { owner: ownerOf(user) })).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
  });
});
