import { randomBytes } from 'node:crypto';
import type { Login, ProviderLogout, User } from '@cloakroom/core';
import { Interleaver } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  aRecord,
  aRequest,
  aSidLogin,
  DAY,
  doBefore,
  type Fixture,
  HOUR,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';
import { endSession } from '../table/end-session.ts';
import { providerSessionKey } from '../table/item-key.ts';
import { getItem } from '../table/table.ts';
import { endProviderSession } from './end-provider-session.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const hash = () => randomBytes(16).toString('base64url');

/** A session at a provider that sends logout tokens, and a sign-in of it. */
function aNamedLogin(fields: Partial<Login> = {}) {
  const login = aSidLogin({ sidKey: hash(), ...fields });
  return { ...login, sidHash: String(login.sidHash), sidKey: String(login.sidKey) };
}
type Named = ReturnType<typeof aNamedLogin>;

/** The same session at the provider, by another client. */
const elsewhere = ({ user, sidHash, sidKey }: Named) => aNamedLogin({ user, sidHash, sidKey, clientId: 'mobile' });

const create = (login: Login) => fixture.store.create({ ...aRequest({}, { maxSessionsPerUser: 10 }), login });

function openTicket({ user, sidHash, sidKey }: Named, authTime = START) {
  const now = fixture.state.nowSeconds;
  const exchange = { user, sidHash, sidKey, authTime, issuedAt: now, receivedAt: now };
  return fixture.store.openTicket({
    exchange: { ...exchange, clientId: 'spa', isSilent: false, scope: '', groups: [] },
    client: { ip: '', userAgent: '' },
    recheckSeconds: HOUR,
    policy: { bootstrap: 'on', maxSessionsPerUser: 10, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: DAY },
  });
}

const sidAlone = ({ user, sidKey }: Named): ProviderLogout => ({ what: 'session', issuer: user.issuer, sidKey });
const sidAndSub = ({ user, sidHash, sidKey }: Named): ProviderLogout => {
  return { what: 'session', issuer: user.issuer, sidKey, owner: { user, sidHash } };
};
const subAlone = ({ user }: Named, issuedAt = START): ProviderLogout => ({ what: 'person', user, issuedAt });

const end = (logout: ProviderLogout) => endProviderSession(fixture.table, logout);
const idsOf = async (user: User) => (await fixture.store.list(user)).sessions.map(({ id }) => id).toSorted();
const sidItem = ({ user, sidKey }: Named) => getItem(fixture.table, providerSessionKey(user.issuer, sidKey));

const before = (kind: string, meanwhile: () => Promise<unknown>) => doBefore(fixture, kind, meanwhile);

describe('a session at a provider that sends logout tokens', () => {
  it('is told whose it is by a creation, for as long as the session here is kept', async () => {
    const login = aNamedLogin();
    const { session } = await create(login);
    expect(await sidItem(login)).toMatchObject({
      owners: new Set([`${login.sidHash} U#local#${login.user.sub}`]),
      ttl: session.ttl,
    });
  });

  it('is told by a ticket too, and by nobody at a provider that sends none', async () => {
    const login = aNamedLogin();
    await openTicket(login);
    expect(await sidItem(login)).toMatchObject({ owners: new Set([expect.stringContaining(login.user.sub)]) });
    const silent = aNamedLogin();
    await create(aSidLogin({ user: silent.user, sidHash: silent.sidHash }));
    expect(await sidItem(silent)).toBeUndefined();
  });
});

describe.each([
  ['sid alone', sidAlone],
  ['sid and sub', sidAndSub],
] as const)('a logout token with %s', (_, logout) => {
  it('ends the bearers and tickets of that one session, through whatever client, as signed out', async () => {
    const login = aNamedLogin();
    const other = aNamedLogin({ user: login.user });
    const bearer = await create(login);
    await create(elsewhere(login));
    const ticket = await openTicket(login);
    await create(other);
    expect(await end(logout(login))).toBe(3);
    expect(await idsOf(login.user)).toEqual([other.loginId]);
    expect(await fixture.store.getEnded(login.user, bearer.session.id)).toMatchObject({ reason: 'logout' });
    expect(ticket).toMatchObject({ verdict: 'open' });
  });

  it('keeps its logins out that have no session yet, and those of nobody else', async () => {
    const login = aNamedLogin();
    await create(login);
    await end(logout(login));
    const refused = { code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' };
    await expect(create(elsewhere(login))).rejects.toMatchObject(refused);
    expect(await openTicket(login)).toMatchObject({ verdict: 'leave_first', why: 'burnt' });
    expect(await create(aNamedLogin({ user: login.user }))).toMatchObject({ outcome: 'created' });
  });

  it('burns it for whom it is known to be, also where no session here is left of it', async () => {
    const login = aNamedLogin();
    const { session } = await create(login);
    await endSession(fixture.table, { session, reason: 'evicted' });
    expect(await fixture.store.isBurnt(login.user, login.sidHash)).toBe(false);
    expect(await end(logout(login))).toBe(0);
    expect(await fixture.store.isBurnt(login.user, login.sidHash)).toBe(true);
  });

  it('wins when it comes between a sign-in and its session, for bearers and tickets', async () => {
    const bearer = aNamedLogin();
    before('TransactWriteItems', () => end(logout(bearer)));
    await expect(create(bearer)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    const ticket = aNamedLogin();
    before('TransactWriteItems', () => end(logout(ticket)));
    expect(await openTicket(ticket)).toMatchObject({ verdict: 'leave_first', why: 'burnt' });
    for (const { user } of [bearer, ticket]) expect(await idsOf(user)).toEqual([]);
  });

  it('wins when it came before anything was known of the session', async () => {
    const login = aNamedLogin();
    expect(await end(logout(login))).toBe(0);
    await expect(create(login)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect(await openTicket(login)).toMatchObject({ verdict: 'leave_first' });
  });

  it('changes nothing when it is replayed, however late', async () => {
    const login = aNamedLogin();
    await create(login);
    await end(logout(login));
    const [items, sid] = [await fixture.items(login.user), await sidItem(login)];
    expect(await end(logout(login))).toBe(0);
    expect([await fixture.items(login.user), await sidItem(login)]).toEqual([items, sid]);
    fixture.state.nowSeconds += DAY;
    const later = aNamedLogin({ user: login.user, authTime: START + DAY });
    await create(later);
    expect(await end(logout(login))).toBe(0);
    expect(await idsOf(login.user)).toEqual([later.loginId]);
    expect(await sidItem(login)).toEqual(sid);
    expect((await fixture.items(login.user)).USER).not.toHaveProperty('not_before');
  });

  it('outlasts a transaction that is in the way of each of its writes', async () => {
    const login = aNamedLogin();
    await create(login);
    const met = new Set<string>();
    fixture.state.intercept = async (command, goOn) => {
      const key = JSON.stringify(command.input);
      if (command.constructor.name !== 'UpdateItemCommand' || met.has(key)) return goOn();
      met.add(key);
      throw Object.assign(new Error('injected'), { name: 'TransactionConflictException' });
    };
    expect(await end(logout(login))).toBe(1);
    expect(met.size).toBeGreaterThanOrEqual(2);
  });
});

describe('what a provider session costs', () => {
  it('is one write more in the transaction of a creation, and no read', async () => {
    const writesOf = async (login: Login) => {
      fixture.sent.length = 0;
      await create(login);
      const last = fixture.sent.at(-1)?.input as { TransactItems?: readonly object[] } | undefined;
      return [sentBy(fixture), last?.TransactItems?.length ?? Number.NaN] as const;
    };
    const [kinds, writes] = await writesOf(aSidLogin());
    expect(await writesOf(aNamedLogin())).toEqual([kinds, writes + 1]);
  });

  it('is a mark, a read, a burning and a Query at its end, and then the end of each session', async () => {
    const login = aNamedLogin();
    await create(login);
    fixture.sent.length = 0;
    await end(sidAlone(login));
    expect(sentBy(fixture).map((name) => name.replace('Command', ''))).toEqual([
      ...['UpdateItem', 'GetItem', 'UpdateItem', 'Query'],
      ...['UpdateItem', 'TransactWriteItems'],
    ]);
  });
});

describe('a logout token with sid', () => {
  it('ends the sessions of all persons whose it is, where each client has another sub', async () => {
    const login = aNamedLogin();
    const pairwise = aNamedLogin({ sidKey: login.sidKey });
    for (const each of [login, pairwise]) await create(each);
    expect(await end(sidAlone(login))).toBe(2);
    for (const { user } of [login, pairwise]) expect(await idsOf(user)).toEqual([]);
  });

  it('and sub ends sessions of before the provider sent such tokens', async () => {
    const login = aNamedLogin();
    await create(aSidLogin({ user: login.user, sidHash: login.sidHash }));
    expect(await end(sidAlone(login))).toBe(0);
    expect(await end(sidAndSub(login))).toBe(1);
  });
});

describe('a logout token with sub alone', () => {
  it('ends all bearers and tickets of the person, and no record', async () => {
    const login = aNamedLogin();
    await create(login);
    await create(aNamedLogin({ user: login.user }));
    await openTicket(login);
    const { session: record } = await aRecord(fixture, login.user);
    expect(await end(subAlone(login))).toBe(3);
    expect(await idsOf(login.user)).toEqual([record.id]);
    expect((await fixture.items(login.user)).USER).toMatchObject({ not_before: START + 5 });
  });

  it('keeps the unused sign-ins of before it out, and a newer one in', async () => {
    const login = aNamedLogin();
    await end(subAlone(login));
    await expect(create(aNamedLogin({ user: login.user }))).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    fixture.state.nowSeconds += 10;
    expect(await create(aNamedLogin({ user: login.user, authTime: START + 6 }))).toMatchObject({ outcome: 'created' });
  });

  it('wins when it comes between a sign-in and its session, for bearers and tickets', async () => {
    const bearer = aNamedLogin();
    before('TransactWriteItems', () => end(subAlone(bearer)));
    await expect(create(bearer)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    const ticket = aNamedLogin();
    before('TransactWriteItems', () => end(subAlone(ticket)));
    expect(await openTicket(ticket)).toMatchObject({ verdict: 'leave_first', why: 'ended' });
  });

  it('is never dated later than now by a provider whose clock is fast', async () => {
    const login = aNamedLogin({ authTime: START + 3 });
    await create(login);
    expect(await end(subAlone(login, START + 60))).toBe(1);
    expect((await fixture.items(login.user)).USER).toMatchObject({ not_before: START + 5 });
  });

  it('changes nothing when it is replayed, and ends no later sign-in', async () => {
    const login = aNamedLogin();
    await create(login);
    await end(subAlone(login));
    const items = await fixture.items(login.user);
    fixture.state.nowSeconds += 60;
    expect(await end(subAlone(login))).toBe(0);
    expect(await fixture.items(login.user)).toEqual(items);
    const later = aNamedLogin({ user: login.user, authTime: START + 30 });
    await create(later);
    const ticket = await openTicket(aNamedLogin({ user: login.user }), START + 30);
    expect(await end(subAlone(login))).toBe(0);
    expect(await idsOf(login.user)).toHaveLength(2);
    expect(ticket).toMatchObject({ verdict: 'open' });
  });

  it('lowers no watermark', async () => {
    const login = aNamedLogin();
    fixture.state.nowSeconds += 60;
    await fixture.store.revokeAll({ user: login.user });
    const items = await fixture.items(login.user);
    await end(subAlone(login));
    expect(await fixture.items(login.user)).toEqual(items);
  });
});

describe('a logout that fails in the middle', () => {
  const KINDS = ['UpdateItemCommand', 'GetItemCommand', 'QueryCommand', 'TransactWriteItemsCommand'];

  it.each([
    ['sid alone', sidAlone],
    ['sid and sub', sidAndSub],
    ['sub alone', subAlone],
  ] as const)('by %s is finished by its repetition, wherever that was', async (_, logout) => {
    let reached = 0;
    for (const kind of KINDS) {
      for (const when of ['before', 'after'] as const) {
        for (let nth = 1; nth <= 3; nth += 1) reached += Number(await breakAt({ kind, when, nth }, logout));
      }
    }
    expect(reached).toBeGreaterThanOrEqual(12);
  });

  interface Break {
    readonly kind: string;
    readonly when: 'before' | 'after';
    readonly nth: number;
  }

  /** Whether the command was reached. */
  async function breakAt({ kind, when, nth }: Break, logout: (login: Named) => ProviderLogout): Promise<boolean> {
    fixture.reset();
    const login = aNamedLogin();
    for (const each of [login, elsewhere(login)]) await create(each);
    let count = 0;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== kind) return goOn();
      count += 1;
      if (count !== nth) return goOn();
      if (when === 'after') await goOn().catch(() => undefined);
      throw new Error('the process is gone');
    };
    const outcome = await end(logout(login)).then(
      () => 'done',
      () => 'broken',
    );
    expect([kind, when, nth, outcome]).toEqual([kind, when, nth, count >= nth ? 'broken' : 'done']);
    fixture.state.intercept = undefined;
    await end(logout(login));
    expect(await idsOf(login.user)).toEqual([]);
    await expect(create(elsewhere(login))).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    return outcome === 'broken';
  }
});

describe('a logout beside sign-ins of the same session at the provider', () => {
  it('wins in every order of turns', async () => {
    const ways = fc.constantFrom(sidAlone, sidAndSub, (login: Named) => subAlone(login));
    const picks = fc.array(fc.nat({ max: 11 }), { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(ways, picks, async (logout, order) => {
        fixture.reset();
        const login = aNamedLogin();
        const turns = new Interleaver(order);
        const { intercept, holdTransaction } = turns;
        Object.assign(fixture.state, { intercept, holdTransaction, sleep: () => turns.gate(async () => {}) });
        const all = [create(login), create(elsewhere(login)), openTicket(login), end(logout(login))];
        const outcomes = Promise.allSettled(all);
        await turns.run();
        await outcomes;
        fixture.reset();
        expect(await idsOf(login.user)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
