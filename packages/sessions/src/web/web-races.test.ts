import type { User } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aSession, doBefore, type Fixture, newUser, START, storeFixture } from '../store-fixture.ts';
import { newSid, ownerOf, valuesOf, webSessionsOf, webUserOf } from '../web-fixture.ts';
import type { WebSession } from './web-session.ts';

/* What happens between the steps of one operation. */
let fixture: Fixture;
let web: ReturnType<typeof webUserOf>;

beforeAll(async () => {
  fixture = await storeFixture();
  web = webUserOf(fixture);
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const valuesIn = async (sid: string) => {
  const found = await web.sessions.get(sid);
  return found === undefined ? undefined : valuesOf(found);
};
const revoke = ({ owned }: WebSession) => fixture.store.revoke(owned ?? { user: newUser(), id: 'none' });
const later = () => {
  fixture.state.nowSeconds += 600;
};

describe('two who save at the same time', () => {
  it("do not undo each other's keys", async () => {
    const { sid, session } = await web.make({ a: 1, b: 1, c: 1 });
    const first = await web.sessions.set(web.change(sid, session, { a: 2, b: 1, c: 1, d: 2 }));
    const second = await web.sessions.set(web.change(sid, session, { a: 1, b: 3 }));
    expect([first, second]).toMatchObject([{ conflicts: 0 }, { conflicts: 0 }]);
    expect(await valuesIn(sid)).toEqual({ a: 2, b: 3, d: 2 });
  });

  it('and change the same key: the last one wins, which is counted', async () => {
    const { sid, session } = await web.make({ a: 1, b: 1, same: 1 });
    await web.sessions.set(web.change(sid, session, { a: 2, same: 2 }));
    const second = await web.sessions.set(web.change(sid, session, { a: 3, b: 2, same: 2 }));
    expect(second).toMatchObject({ outcome: 'saved', conflicts: 2 });
    expect(await valuesIn(sid)).toEqual({ a: 3, b: 2, same: 2 });
  });

  it('add 200 keys by 200 requests: all are there', async () => {
    const { sid, session } = await web.makeOwned({ base: 1 });
    const keys = Array.from({ length: 200 }, (_, at) => `key-${at}`);
    const owner = ownerOf(session.owned?.user ?? newUser());
    await Promise.all(keys.map((key) => web.sessions.set(web.change(sid, session, { base: 1, [key]: 1 }, { owner }))));
    expect(Object.keys((await valuesIn(sid)) ?? {}).toSorted()).toEqual(['base', ...keys].toSorted());
  });

  it('more keys than one update takes keep what others have written', async () => {
    const { sid, session } = await web.make({ gone: 1 });
    await web.sessions.set(web.change(sid, session, { gone: 1, other: 1 }));
    const many = Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`key-${at}`, at]));
    fixture.sent.length = 0;
    await web.sessions.set(web.change(sid, session, many, { cookie: 'new' }));
    expect(await valuesIn(sid)).toEqual({ ...many, other: 1 });
    const updates = fixture.sent.map(({ input }) => JSON.stringify(input));
    expect(updates.map((update) => update.includes('#cookie=:cookie'))).toEqual([false, false, true, false]);
  });

  it('make the session of one sid: the second replaces the whole', async () => {
    const sid = 'made-twice';
    doBefore(fixture, 'UpdateItem', () => web.sessions.set(web.change(sid, undefined, { a: 1, b: 1 })));
    const second = await web.sessions.set(web.change(sid, undefined, { b: 2 }));
    expect(second).toMatchObject({ outcome: 'saved', isWritten: true });
    expect(await valuesIn(sid)).toEqual({ b: 2 });
  });
});

describe('uses at the same time', () => {
  it('leave the latest end, of the entry as of the session', async () => {
    const { sid, session, user } = await web.makeOwned();
    const owner = ownerOf(user);
    const touchUntil = (minutes: number) =>
      web.sessions.touch(
        web.change(sid, session, {}, { owner, expiresAtMs: session.idleExpiresAtMs + minutes * 60_000 }),
      );
    later();
    doBefore(fixture, 'UpdateItem', () => touchUntil(2));
    expect(await touchUntil(1)).toMatchObject({ outcome: 'saved' });
    expect((await web.sessions.get(sid))?.idleExpiresAtMs).toBe(session.idleExpiresAtMs + 120_000);
    const entry = (await fixture.items(user))[`SESSION#${session.owned?.id}`];
    expect(entry).toMatchObject({ web_idle_expires_at: START + 1 + 3600 + 120 });
  });

  it('lose nothing between the entry and the session', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    const owner = ownerOf(user);
    later();
    const other = () =>
      web.sessions.set(web.change(sid, session, { a: 2 }, { owner, expiresAtMs: session.idleExpiresAtMs }));
    let updates = 0;
    fixture.state.intercept = async (_, goOn) => {
      updates += 1;
      if (updates === 2) await other();
      return goOn();
    };
    const touched = await web.sessions.touch(web.change(sid, session, {}, { owner }));
    expect(touched).toMatchObject({
      outcome: 'saved',
      session: { idleExpiresAtMs: session.idleExpiresAtMs + 600_000 },
    });
    expect(await web.sessions.get(sid)).toMatchObject({ idleExpiresAtMs: session.idleExpiresAtMs + 600_000 });
    expect(await valuesIn(sid)).toEqual({ a: 2 });
  });

  it('one of which makes it end sooner: the entry never ends before the session', async () => {
    const { sid, session, user } = await web.makeOwned();
    const owner = ownerOf(user);
    const short = () =>
      web.sessions.touch(
        web.change(sid, session, {}, { owner, cookie: 'short', expiresAtMs: fixture.table.nowMs() + 60_000 }),
      );
    const endsOf = async () =>
      [
        (await web.sessions.get(sid))?.idleExpiresAtMs ?? 0,
        Number((await fixture.items(user))[`SESSION#${session.owned?.id}`]?.web_idle_expires_at) * 1000,
      ] as const;
    later();
    await short();
    const [webEnd, entryEnd] = await endsOf();
    expect([webEnd, entryEnd]).toEqual([fixture.table.nowMs() + 60_000, (START + 1 + 660) * 1000]);
    const other = await web.makeOwned();
    later();
    // Between the writes of the one that shortens, to the session and then to the entry.
    const shorten = web.change(
      other.sid,
      other.session,
      {},
      { owner: ownerOf(other.user), cookie: 'short', expiresAtMs: fixture.table.nowMs() + 60_000 },
    );
    const lengthen = web.change(other.sid, other.session, {}, { owner: ownerOf(other.user) });
    let updates = 0;
    fixture.state.intercept = async (_, goOn) => {
      updates += 1;
      if (updates === 2) await web.sessions.touch(lengthen);
      return goOn();
    };
    await web.sessions.touch(shorten);
    const entry = (await fixture.items(other.user))[`SESSION#${other.session.owned?.id}`];
    const found = await web.sessions.get(other.sid);
    expect(Number(entry?.web_idle_expires_at) * 1000).toBeGreaterThanOrEqual(found?.idleExpiresAtMs ?? Infinity);
  });
});

describe('two uses that both make a session end sooner', () => {
  it('leave an entry that lasts as long as the session, whichever comes last', async () => {
    for (const [first, second] of [
      [60_000, 120_000],
      [120_000, 60_000],
    ] as const) {
      const { sid, session, user } = await web.makeOwned();
      later();
      for (const leftMs of [first, second]) {
        const content = { owner: ownerOf(user), cookie: `${leftMs}`, expiresAtMs: fixture.table.nowMs() + leftMs };
        await web.sessions.touch(web.change(sid, session, {}, content));
      }
      const found = await web.sessions.get(sid);
      expect(found?.idleExpiresAtMs).toBe(fixture.table.nowMs() + second);
      const entry = (await fixture.items(user))[`SESSION#${session.owned?.id}`];
      expect(Number(entry?.web_idle_expires_at) * 1000).toBeGreaterThanOrEqual(fixture.table.nowMs() + second);
    }
  });
});

describe('a session that is revoked', () => {
  it.each([
    ['saves', 'UpdateItem', 2, 'own'],
    ['uses', 'UpdateItem', 1, 'own'],
    ['signs out of', 'TransactWriteItems', 1, 'nobody'],
    ['signs in to', 'TransactWriteItems', 1, 'other'],
    ['signs in anew to', 'TransactWriteItems', 1, 'anew'],
  ] as const)('while somebody %s it stays ended', async (_, write, a, next) => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    if (a === 1) later();
    const owner = { own: ownerOf(user), nobody: undefined, other: ownerOf(newUser()), anew: ownerOf(user, 'anew') }[
      next
    ];
    const change = web.change(sid, session, { a }, { owner });
    doBefore(fixture, write, () => revoke(session));
    expect(await web.sessions.set(change)).toEqual({ outcome: 'ended' });
    expect(await web.sessions.get(sid)).toBeUndefined();
    expect(Object.keys((await web.item(sid)) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
    expect(await web.sessions.set(web.change(sid, undefined, { a: 3 }))).toEqual({ outcome: 'ended' });
    expect((await fixture.store.list(user)).sessions).toEqual([]);
  });

  it('while somebody ends it has been ended by the other', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    doBefore(fixture, 'TransactWriteItems', () => revoke(session));
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'already' });
    expect((await fixture.items(user))[`ENDED#${session.owned?.id}`]).toMatchObject({ reason: 'revoked' });
  });

  it('between the entry and the session of a use is over', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    later();
    let updates = 0;
    fixture.state.intercept = async (_, goOn) => {
      updates += 1;
      if (updates === 2) await revoke(session);
      return goOn();
    };
    expect(await web.sessions.touch(web.change(sid, session, {}, { owner: ownerOf(user) }))).toEqual({
      outcome: 'ended',
    });
    expect(await web.sessions.get(sid)).toBeUndefined();
  });
});

describe('a session that takes the place of another of the same person', () => {
  /** What a request does that replaces its session, and what happens between the end of the old one and the new one. */
  async function replacedWhile(user: User, meanwhile: () => Promise<unknown>) {
    const old = await web.make({}, { owner: ownerOf(user) });
    const followsMs = fixture.table.nowMs();
    later();
    await web.sessions.end(old.sid, 'replaced');
    await meanwhile();
    const sid = newSid();
    const outcome = await web.sessions.set(web.change(sid, undefined, {}, { owner: { ...ownerOf(user), followsMs } }));
    return { outcome, stored: await web.sessions.get(sid) };
  }

  it('is theirs', async () => {
    const user = newUser();
    const { stored } = await replacedWhile(user, async () => undefined);
    expect(stored?.owned?.user).toEqual(user);
  });

  it.each(['all', 'all others'])('is not theirs where %s of theirs have been ended in between', async (which) => {
    const user = newUser();
    const others = await aSession(fixture, user);
    // The watermark rises at most once a minute for others.
    if (which === 'all others') await fixture.store.revokeAll({ user, except: others.id });
    fixture.state.nowSeconds += 10;
    const revoke = () => fixture.store.revokeAll(which === 'all' ? { user } : { user, except: others.id });
    const { outcome, stored } = await replacedWhile(user, revoke);
    expect(outcome).toEqual({ outcome: 'ended' });
    expect(stored?.owned).toBeUndefined();
    expect((await fixture.store.list(user)).sessions.filter(({ kind }) => kind === 'web')).toEqual([]);
  });

  it('is not theirs either where that comes while it is made', async () => {
    const user = newUser();
    const old = await web.make({}, { owner: ownerOf(user) });
    const followsMs = fixture.table.nowMs();
    later();
    await web.sessions.end(old.sid, 'replaced');
    const change = web.change(newSid(), undefined, {}, { owner: { ...ownerOf(user), followsMs } });
    doBefore(fixture, 'TransactWriteItems', () => fixture.store.revokeAll({ user }));
    expect(await web.sessions.set(change)).toEqual({ outcome: 'ended' });
    expect((await fixture.store.list(user)).sessions).toEqual([]);
  });
});

describe('a sign-in', () => {
  it('that dies before the session is theirs leaves an empty one of nobody', async () => {
    const user = newUser();
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand') throw new Error('killed');
      return goOn();
    };
    const change = web.change('dies', undefined, { secret: 1 }, { owner: ownerOf(user) });
    await expect(web.sessions.set(change)).rejects.toThrow('killed');
    fixture.state.intercept = undefined;
    expect(await web.sessions.get('dies')).toMatchObject({ owned: undefined, keys: new Map() });
    expect(await fixture.items(user)).toEqual({});
    expect(await web.sessions.set(change)).toMatchObject({ outcome: 'saved', session: { owned: { user } } });
    expect(await valuesIn('dies')).toEqual({ secret: 1 });
  });

  it.each([
    ['of the same person', true],
    ['of another', false],
  ])('that meets one %s to the same session', async (_, isSame) => {
    const { sid, session } = await web.make({ cart: 1 });
    const [first, other] = [newUser(), newUser()];
    const second = isSame ? first : other;
    const before = () => web.sessions.set(web.change(sid, session, { cart: 1, first: 1 }, { owner: ownerOf(first) }));
    doBefore(fixture, 'TransactWriteItems', before);
    const signedIn = await web.sessions.set(
      web.change(sid, session, { cart: 1, second: 1 }, { owner: ownerOf(second) }),
    );
    expect(signedIn).toMatchObject({ outcome: 'saved', session: { owned: { user: second } } });
    expect(await valuesIn(sid)).toEqual({ cart: 1, second: 1, ...(isSame ? { first: 1 } : {}) });
    const entries = Object.values(await fixture.items(first)).filter(({ web_hash }) => web_hash !== undefined);
    expect(entries.map(({ web_ended_as }) => web_ended_as)).toEqual([isSame ? undefined : 'replaced']);
  });

  it("is gone on with by whoever still holds the session as nobody's", async () => {
    const { sid, session } = await web.make({ cart: 1 });
    const user = newUser();
    await web.sessions.set(web.change(sid, session, { cart: 1 }, { owner: ownerOf(user) }));
    const late = await web.sessions.set(web.change(sid, session, { cart: 2 }));
    expect(late).toMatchObject({ outcome: 'saved' });
    const held = late.outcome === 'saved' ? late.session : undefined;
    await web.sessions.touch(web.change(sid, held, {}));
    await web.sessions.set(web.change(sid, held, { cart: 2, more: 1 }));
    expect(await web.sessions.get(sid)).toMatchObject({ owned: { user } });
    expect(await valuesIn(sid)).toEqual({ cart: 2, more: 1 });
  });
});

describe("whoever holds a session as nobody's", () => {
  it('goes on with it where the one who has signed in signs out again meanwhile', async () => {
    const { sid, session } = await web.make({ cart: 1 });
    const owner = ownerOf(newUser());
    const signedIn = await web.sessions.set(web.change(sid, session, { cart: 1 }, { owner }));
    const held = signedIn.outcome === 'saved' ? signedIn.session : undefined;
    later();
    let updates = 0;
    fixture.state.intercept = async (command, goOn) => {
      updates += command.constructor.name === 'UpdateItemCommand' ? 1 : 0;
      // The first finds that the session is not nobody's any more; the second is the use of the one whose it is.
      if (updates === 2) {
        fixture.state.intercept = undefined;
        await web.sessions.set(web.change(sid, held, { cart: 2 }));
      }
      return goOn();
    };
    expect(await web.sessions.touch(web.change(sid, session, {}))).toMatchObject({ outcome: 'saved' });
    expect(await web.sessions.get(sid)).toMatchObject({ owned: undefined });
    expect(await valuesIn(sid)).toEqual({ cart: 2 });
  });
});

describe('an end', () => {
  it('outlasts whoever saves meanwhile', async () => {
    const { sid, session } = await web.make({ a: 1 });
    const user = newUser();
    doBefore(fixture, 'UpdateItem', () =>
      web.sessions.set(web.change(sid, session, { a: 1 }, { owner: ownerOf(user) })),
    );
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'ended' });
    expect(await web.sessions.get(sid)).toBeUndefined();
    const [entry] = Object.values(await fixture.items(user)).filter(({ web_hash }) => web_hash !== undefined);
    expect(entry).toMatchObject({ web_ended_as: 'logout' });
  });

  it('of one that has expired keeps a machine whose clock is behind from using it', async () => {
    const { sid, session } = await web.make({ a: 1 });
    fixture.state.nowSeconds += 3601;
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'ended' });
    fixture.state.nowSeconds -= 3600;
    expect(await web.sessions.set(web.change(sid, session, { a: 2 }))).toEqual({ outcome: 'ended' });
  });

  it('of a session whose entry is gone ends what is left', async () => {
    const { sid, session, user } = await web.makeOwned({ a: 1 });
    await fixture.remove(user, `SESSION#${session.owned?.id}`);
    expect(await web.sessions.end(sid, 'logout')).toEqual({ outcome: 'ended' });
    expect(await web.sessions.get(sid)).toBeUndefined();
    expect(await fixture.items(user)).toEqual({ USER: expect.anything() });
  });
});

describe('what loses each race', () => {
  it.each(['end', 'set'] as const)('gives up after 20 s, however little of them it has slept: %s', async (what) => {
    const { sid, session } = await web.make({ a: 1 });
    // Each attempt takes a second by the clock, and no wait does.
    let elapsedMs = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => elapsedMs);
    let attempts = 0;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'UpdateItemCommand') return goOn();
      [attempts, elapsedMs] = [attempts + 1, elapsedMs + 1000];
      throw Object.assign(new Error('met'), { name: 'TransactionConflictException' });
    };
    const sessions = webSessionsOf(fixture, { races: { sleep: async () => {} } });
    const asked = what === 'end' ? sessions.end(sid, 'logout') : sessions.set(web.change(sid, session, { a: 2 }));
    await expect(asked.finally(() => clock.mockRestore())).rejects.toMatchObject({
      name: what === 'end' ? 'ConflictError' : 'ContendedError',
    });
    expect(attempts).toBe(20);
  });
});
