import { jsonText, type User } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exchange, TicketRequest } from '../model/new-ticket.ts';
import { matchTicket } from '../model/rotation.ts';
import {
  addressOf,
  aSession,
  DAY,
  type Fixture,
  HOUR,
  newUser,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

const POLICY = {
  bootstrap: 'on',
  maxSessionsPerUser: 3,
  sessionLimitPolicy: 'evict-oldest',
  absoluteSeconds: 10 * DAY,
} as const;

/** A code exchange of now, of somebody who signed in an hour ago. */
function exchangeOf(user: User, fields: Partial<Exchange> = {}): Exchange {
  const now = fixture.state.nowSeconds;
  const times = { authTime: now - HOUR, issuedAt: now, receivedAt: now };
  return { user, clientId: 'spa', ...times, isSilent: false, scope: 'openid', groups: [], ...fields };
}

function requestOf(user: User, { replaces, policy, ...fields }: Partial<Exchange & TicketRequest> = {}): TicketRequest {
  const client = { ip: '192.0.2.1', userAgent: 'Firefox' };
  return {
    exchange: exchangeOf(user, fields),
    client,
    replaces,
    policy: { ...POLICY, ...policy },
    recheckSeconds: HOUR,
  };
}

async function open(user: User, fields: Partial<Exchange & TicketRequest> = {}) {
  const result = await fixture.store.openTicket(requestOf(user, fields));
  if (result.verdict !== 'open') throw new Error(`leave first: ${result.why}`);
  return result;
}

const someData = (n = 1) => jsonText({ n });

const idsOf = async (user: User) => (await fixture.store.list(user)).sessions.map(({ id }) => id).toSorted();

describe('a ticket', () => {
  it('is a session of its own, of which the table holds hashes alone', async () => {
    const user = newUser();
    const { session, cookie } = await open(user, { roles: [{ claim: 'role', value: 'admin' }], sidHash: 'sid' });
    expect(session).toMatchObject({
      user,
      kind: 'ticket',
      id: cookie.id,
      idleExpiresAt: START + 1800 + 300,
      absoluteExpiresAt: START + 10 * DAY,
      authTime: START - HOUR,
      roles: [{ claim: 'role', value: 'admin' }],
    });
    const stored = await fixture.store.get(user, session.id);
    expect(stored).toEqual(session);
    expect(matchTicket(session, cookie, session.createdAt)).toBe('current');
    const table = JSON.stringify(await fixture.items(user));
    expect(table).not.toContain(cookie.secret);
    expect(table).not.toContain(cookie.family);
  });

  it('takes one Query, one read of the mark, and one transaction', async () => {
    await open(newUser(), { sidHash: 'sid' });
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
    fixture.sent.length = 0;
    await open(newUser());
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'TransactWriteItemsCommand']);
  });

  it('of one sign-in may be opened twice: each is another session', async () => {
    const user = newUser();
    const [one, two] = [await open(user), await open(user)];
    expect(await idsOf(user)).toEqual([one.session.id, two.session.id].toSorted());
  });

  it('is none of the new bearer logins, and needs no fresh sign-in', async () => {
    const user = newUser();
    await aSession(fixture, user);
    await open(user, { authTime: START - 20 * DAY });
    expect((await fixture.store.getUser(user)).record.recentCreations).toHaveLength(1);
  });

  it('keeps its family in the mark of its end', async () => {
    const user = newUser();
    const { session } = await open(user);
    await fixture.store.revoke({ ...addressOf(session), reason: 'logout' });
    expect(await fixture.store.getEnded(user, session.id)).toMatchObject({
      reason: 'logout',
      kind: 'ticket',
      familyHash: session.ticket?.familyHash,
    });
  });
});

describe('while sign-in is closed', () => {
  const policy = { ...POLICY, bootstrap: 'off' } as const;
  const closed = { code: 'SIGN_IN_CLOSED' };

  it('nobody gets a ticket anew, and nothing is written', async () => {
    const user = newUser();
    await expect(fixture.store.openTicket(requestOf(user, { policy }))).rejects.toMatchObject(closed);
    expect(sentBy(fixture)).toEqual(['QueryCommand']);
  });

  it('a ticket takes the place of an active one of the same person, and of nothing else', async () => {
    const [ada, bob] = [newUser(), newUser()];
    const first = await open(ada);
    const second = await open(ada, { policy, replaces: addressOf(first.session) });
    expect(await idsOf(ada)).toEqual([second.session.id]);
    const bearer = await aSession(fixture, ada);
    for (const [user, session] of [
      [bob, second.session],
      [ada, first.session],
      [ada, bearer],
    ] as const) {
      const refused = fixture.store.openTicket(requestOf(user, { policy, replaces: addressOf(session) }));
      await expect(refused).rejects.toMatchObject(closed);
    }
    fixture.state.nowSeconds = second.session.idleExpiresAt;
    const late = fixture.store.openTicket(requestOf(ada, { policy, replaces: addressOf(second.session) }));
    await expect(late).rejects.toMatchObject(closed);
  });
});

describe('an exchange after an ending', () => {
  const leaves = (why: string) => ({ verdict: 'leave_first', why });

  it.each(['revoked', 'logout'] as const)('by %s must leave the provider first, by its sid', async (reason) => {
    const user = newUser();
    const { session } = await open(user, { sidHash: 'one' });
    await fixture.store.revoke({ ...addressOf(session), reason });
    expect(await fixture.store.openTicket(requestOf(user, { sidHash: 'one' }))).toMatchObject(leaves('burnt'));
    expect(await fixture.store.openTicket(requestOf(user, { sidHash: 'two' }))).toMatchObject({ verdict: 'open' });
  });

  it.each(['revoked', 'logout'] as const)('by %s must leave the provider first, without a sid', async (reason) => {
    const user = newUser();
    const { session } = await open(user);
    await fixture.store.revoke({ ...addressOf(session), reason });
    const passesAt = START + 3;
    expect(await fixture.store.openTicket(requestOf(user))).toMatchObject({ ...leaves('ended'), passesAt });
    fixture.state.nowSeconds = passesAt;
    expect(await fixture.store.openTicket(requestOf(user, { authTime: START }))).toMatchObject(leaves('ended'));
    expect(await fixture.store.openTicket(requestOf(user, { authTime: passesAt }))).toMatchObject({ verdict: 'open' });
  });

  it('of a bearer session of the same person must leave the provider first too', async () => {
    const session = await aSession(fixture);
    await fixture.store.revoke(addressOf(session));
    expect(await fixture.store.openTicket(requestOf(session.user))).toMatchObject(leaves('ended'));
  });

  it('of all sessions must leave the provider first, also where one stayed and the watermark did not rise', async () => {
    const user = newUser();
    const { session } = await open(user);
    const endOthers = () => fixture.store.revokeAll({ user, except: session.id });
    await endOthers();
    fixture.state.nowSeconds += 30;
    const second = await open(user, { authTime: fixture.state.nowSeconds });
    await endOthers();
    expect(await fixture.store.get(user, second.session.id)).toBeUndefined();
    const silent = requestOf(user, { authTime: second.session.authTime });
    expect(await fixture.store.openTicket(silent)).toMatchObject(leaves('ended'));
  });

  it('by expiry, eviction or replacement gets in directly', async () => {
    const user = newUser();
    const { session } = await open(user, { sidHash: 'one' });
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.list(user)).toMatchObject({ sessions: [] });
    const policy = { ...POLICY, maxSessionsPerUser: 1 };
    const second = await open(user, { sidHash: 'one', policy });
    const third = await open(user, { sidHash: 'one', policy });
    expect(third.evicted.map(({ id }) => id)).toEqual([second.session.id]);
    await open(user, { sidHash: 'one', replaces: addressOf(third.session) });
  });

  it('that comes between the judgement and the transaction is judged again', async () => {
    const user = newUser();
    const { session } = await open(user, { sidHash: 'one' });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
      fixture.state.intercept = undefined;
      await fixture.store.revoke(addressOf(session));
      return goOn();
    };
    expect(await fixture.store.openTicket(requestOf(user, { sidHash: 'one' }))).toMatchObject(leaves('burnt'));
  });

  it('that crashed between burning and ending is judged as burnt', async () => {
    const user = newUser();
    const { session } = await open(user, { sidHash: 'one' });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand') throw new Error('crashed');
      return goOn();
    };
    await expect(fixture.store.revoke(addressOf(session))).rejects.toThrow('crashed');
    fixture.state.intercept = undefined;
    expect(await fixture.store.openTicket(requestOf(user, { sidHash: 'one' }))).toMatchObject(leaves('burnt'));
  });
});

describe('a ticket in the place of another', () => {
  it('ends it in the same transaction, without burning, and takes its data over', async () => {
    const user = newUser();
    const old = await open(user, { sidHash: 'one' });
    const data = await fixture.store.replaceData({ ...addressOf(old.session), version: undefined, value: someData() });
    const { session, replaced } = await open(user, { sidHash: 'one', replaces: addressOf(old.session) });
    expect(replaced.map(({ id }) => id)).toEqual([old.session.id]);
    expect(await idsOf(user)).toEqual([session.id]);
    expect(await fixture.store.getEnded(user, old.session.id)).toMatchObject({ reason: 'replaced' });
    expect(await fixture.store.getData(user, session.id)).toEqual(data.data);
    expect(await fixture.store.isBurnt(user, 'one')).toBe(false);
  });

  it('loses nothing that is written to the old one meanwhile', async () => {
    const user = newUser();
    const old = await open(user);
    const write = (n: number) =>
      fixture.store.replaceData({ ...addressOf(old.session), version: undefined, value: someData(n) });
    await write(1);
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
      fixture.state.intercept = undefined;
      await write(2);
      return goOn();
    };
    const { session } = await open(user, { replaces: addressOf(old.session) });
    expect((await fixture.store.getData(user, session.id)).value).toEqual(someData(2));
  });

  it("ends another person's too, and takes nothing of theirs over", async () => {
    const [ada, bob] = [newUser(), newUser()];
    const old = await open(ada);
    await fixture.store.replaceData({ ...addressOf(old.session), version: undefined, value: someData() });
    const { session } = await open(bob, { replaces: addressOf(old.session) });
    expect(await fixture.store.get(ada, old.session.id)).toBeUndefined();
    expect(await fixture.items(ada)).not.toHaveProperty(`DATA#${old.session.id}`);
    expect((await fixture.store.getData(bob, session.id)).version).toBe(0);
  });

  it('leaves the limit first', async () => {
    const user = newUser();
    const policy = { ...POLICY, maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } as const;
    const { session } = await open(user, { policy });
    const refused = fixture.store.openTicket(requestOf(user, { policy }));
    await expect(refused).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
    await open(user, { policy, replaces: addressOf(session) });
  });

  it('replaces no bearer session, and nothing that has ended', async () => {
    const user = newUser();
    const bearer = await aSession(fixture, user);
    const ended = await open(user);
    await fixture.store.require(addressOf(ended.session));
    fixture.state.nowSeconds = ended.session.idleExpiresAt;
    const first = await open(user, { replaces: addressOf(bearer) });
    const second = await open(user, { replaces: addressOf(ended.session) });
    expect([first.replaced, second.replaced]).toEqual([[], []]);
    expect(await fixture.store.get(user, bearer.id)).toBeDefined();
    expect(await fixture.store.getEnded(user, ended.session.id)).toMatchObject({ reason: 'expired' });
  });
});

describe('room for one more', () => {
  it('is made by a session of the same provider session first', async () => {
    const user = newUser();
    const policy = { ...POLICY, maxSessionsPerUser: 2 };
    const oldest = await open(user, { sidHash: 'one' });
    fixture.state.nowSeconds += 1;
    const same = await open(user, { sidHash: 'two' });
    fixture.state.nowSeconds += 1;
    const { evicted } = await open(user, { sidHash: 'two', policy });
    expect(evicted.map(({ id }) => id)).toEqual([same.session.id]);
    expect(await idsOf(user)).toContain(oldest.session.id);
  });

  it('fits into the transaction when the limit was lowered a lot', async () => {
    const user = newUser();
    const policy = { ...POLICY, maxSessionsPerUser: 50 };
    const tickets = [];
    for (let i = 0; i < 40; i += 1) tickets.push(await open(user, { sidHash: 'one', policy }));
    const [first] = tickets;
    const replaces = first && addressOf(first.session);
    const last = await open(user, { sidHash: 'one', replaces, policy: { ...POLICY, maxSessionsPerUser: 1 } });
    expect(last.evicted).toHaveLength(21);
    expect(last.replaced.map(({ id }) => id)).toEqual([first?.session.id]);
  });

  it('is not made for the twenty-first exchange of an hour in which nobody was asked', async () => {
    const user = newUser();
    const policy = { ...POLICY, maxSessionsPerUser: 50 };
    for (let i = 0; i < 20; i += 1) await open(user, { isSilent: true, policy });
    const late = fixture.store.openTicket(requestOf(user, { isSilent: true, policy }));
    await expect(late).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: HOUR });
    await open(user, { policy });
    fixture.state.nowSeconds += HOUR;
    await open(user, { isSilent: true, policy });
  });
});
