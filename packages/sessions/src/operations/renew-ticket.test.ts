import { testKms } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rotate } from '../model/rotation.ts';
import type { TicketCookie } from '../model/ticket.ts';
import { DAY, type Fixture, HOUR, newUser, sentBy, storeFixture } from '../store-fixture.ts';
import { createTokenStore, type TokenLeasing, type TokenStore } from '../tokens/token-store.ts';
import type { TicketSession } from './confirmed-ticket.ts';

let fixture: Fixture;
let tokens: TokenStore;
beforeAll(async () => {
  fixture = await storeFixture();
  tokens = createTokenStore({ ...fixture.table, kms: testKms().kms, keyId: 'tokens' });
});
beforeEach(() => fixture.reset());

async function open(
  refreshToken: string | undefined = 'first',
): Promise<{ session: TicketSession; cookie: TicketCookie }> {
  const now = fixture.state.nowSeconds;
  const times = { authTime: now - HOUR, issuedAt: now, receivedAt: now };
  const result = await fixture.store.openTicket({
    exchange: { user: newUser(), clientId: 'web', ...times, isSilent: false, scope: 'read', groups: ['staff'] },
    client: { ip: '192.0.2.1', userAgent: 'Firefox' },
    policy: { bootstrap: 'on', maxSessionsPerUser: 2, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: 10 * DAY },
    recheckSeconds: HOUR,
    ...(refreshToken === undefined ? {} : { sealTokens: (address) => tokens.seal(address, { refreshToken }) }),
  });
  if (result.verdict !== 'open') throw new Error(`leave first: ${result.why}`);
  fixture.sent.length = 0;
  return { session: await read(result.session), cookie: result.cookie };
}

async function read({ user, id }: Pick<TicketSession, 'user' | 'id'>): Promise<TicketSession> {
  const session = await fixture.store.get(user, id);
  if (session?.ticket === undefined) throw new Error('there is no ticket');
  return { ...session, ticket: session.ticket };
}

async function taken(session: TicketSession): Promise<Extract<TokenLeasing, { outcome: 'taken' }>> {
  const leasing = await tokens.lease(session);
  if (leasing.outcome !== 'taken') throw new Error(`the lease is ${leasing.outcome}`);
  return leasing;
}

const pass = (seconds: number) => {
  fixture.state.nowSeconds += seconds;
};

describe('the lease of the tokens of a session', () => {
  it('is taken by one at a time, by one write that brings the tokens', async () => {
    const { session } = await open();
    expect(await taken(session)).toMatchObject({
      tokens: { refreshToken: 'first' },
      isAbandoned: false,
      hasJustFailed: false,
    });
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'UpdateItemCommand']);
    expect(await tokens.lease(session)).toEqual({ outcome: 'held' });
  });

  it('is taken by exactly one of many', async () => {
    const { session } = await open();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.lease(session)));
    expect(all.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
    expect(all.filter(({ outcome }) => outcome === 'held')).toHaveLength(19);
  });

  it('runs out, and whoever takes it then knows that it was abandoned', async () => {
    const { session } = await open();
    const first = await taken(session);
    pass(14);
    expect(await tokens.lease(session)).toEqual({ outcome: 'held' });
    pass(1);
    expect(await taken(session)).toMatchObject({ isAbandoned: true });
    // Whoever had it before gives nothing back any more, and writes nothing down.
    await tokens.release(first.lease, 'spent');
    expect(await tokens.lease(session)).toEqual({ outcome: 'held' });
    const late = { session, leaseId: first.lease.leaseId, recheckSeconds: HOUR };
    expect(await fixture.store.renewTicket(late)).toBeUndefined();
    expect(await read(session)).toEqual(session);
  });

  it('is whose it is when the answer is lost and the request sent again', async () => {
    const { session } = await open();
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'UpdateItemCommand') await goOn();
      return goOn();
    };
    expect(await taken(session)).toMatchObject({ tokens: { refreshToken: 'first' }, isAbandoned: true });
    fixture.state.intercept = undefined;
    expect(await tokens.lease(session)).toEqual({ outcome: 'held' });
  });

  it('is given back unused, after a failure, which is known for 5 s, or without the tokens', async () => {
    const { session } = await open();
    await tokens.release((await taken(session)).lease, 'unused');
    const second = await taken(session);
    expect(second).toMatchObject({ isAbandoned: false, hasJustFailed: false });
    await tokens.release(second.lease, 'failed');
    const third = await taken(session);
    expect(third.hasJustFailed).toBe(true);
    await tokens.release(third.lease, 'unused');
    pass(5);
    const fourth = await taken(session);
    expect(fourth.hasJustFailed).toBe(false);
    await tokens.release(fourth.lease, 'spent');
    expect(await tokens.lease(session)).toEqual({ outcome: 'none' });
    expect(await tokens.get(session)).toBeUndefined();
  });

  it('is none where there are no tokens, and where the session has ended', async () => {
    const { session: without } = await open('');
    await tokens.release((await taken(without)).lease, 'spent');
    expect(await tokens.lease(without)).toEqual({ outcome: 'none' });
    const { session } = await open();
    await fixture.store.revoke(session);
    expect(await tokens.lease(session)).toEqual({ outcome: 'none' });
    expect(await fixture.items(session.user)).not.toHaveProperty([`PROVIDER_TOKENS#${session.id}`]);
  });
});

describe('renewing a ticket', () => {
  it('changes secret, recheck, rights and tokens and ends the lease, in one transaction', async () => {
    const { session, cookie } = await open();
    const { lease } = await taken(session);
    pass(600);
    const rotated = rotate(cookie, fixture.state.nowSeconds);
    const rights = { scope: 'write', groups: [], roles: [{ claim: 'roles', value: 'boss' }] };
    fixture.sent.length = 0;
    const renewed = await fixture.store.renewTicket({
      session,
      leaseId: lease.leaseId,
      recheckSeconds: 900,
      rotated,
      rights,
      tokens: await tokens.seal(session, { refreshToken: 'second' }),
    });
    expect(sentBy(fixture)).toEqual(['TransactWriteItemsCommand']);
    const { secretHash, rotation } = rotated;
    const now = fixture.state.nowSeconds;
    const ticket = { ...session.ticket, recheckAt: now + 900, renewedAt: now, secretHash, rotation };
    expect(renewed).toEqual({ ...session, ...rights, ticket });
    expect(await read(session)).toEqual(renewed);
    expect(await taken(session)).toMatchObject({ tokens: { refreshToken: 'second' }, isAbandoned: false });
  });

  it('leaves what the provider did not change, and undoes what an outage has moved', async () => {
    const { session } = await open();
    for (let used = 0; used < 4; used += 1) {
      pass(HOUR / 4);
      await fixture.store.touch(session);
    }
    await fixture.store.postponeRecheck(session, HOUR);
    const moved = await read(session);
    expect(moved.ticket).toEqual({
      ...session.ticket,
      recheckAt: session.ticket.recheckAt + 300,
      recheckDueAt: session.ticket.recheckAt,
    });
    const { lease } = await taken(session);
    await fixture.store.touch(session);
    await fixture.store.renewTicket({ session: moved, leaseId: lease.leaseId, recheckSeconds: HOUR });
    const now = fixture.state.nowSeconds;
    const renewed = await read(session);
    expect(renewed.ticket).toEqual({ ...session.ticket, recheckAt: now + HOUR, renewedAt: now });
    expect({ scope: renewed.scope, groups: renewed.groups }).toEqual({ scope: 'read', groups: ['staff'] });
    expect(await taken(session)).toMatchObject({ tokens: { refreshToken: 'first' } });
  });

  it.each<readonly [string, (session: TicketSession) => Promise<unknown>]>([
    ['has been revoked', (session) => fixture.store.revoke(session)],
    ['has expired', async () => pass(11 * DAY)],
    [
      'has another secret',
      async (session) => {
        const item = await fixture.raw(session.user, `SESSION#${session.id}`);
        const {
          user_key: _,
          item: __,
          ...fields
        } = Object.fromEntries(Object.entries(item ?? {}).map(([name, value]) => [name, value.S ?? Number(value.N)]));
        await fixture.put(session.user, `SESSION#${session.id}`, { ...fields, groups: [], secret_hash: 'another' });
      },
    ],
  ])('writes nothing when the session %s meanwhile', async (_, happens) => {
    const { session, cookie } = await open();
    const { lease } = await taken(session);
    await happens(session);
    const before = await fixture.items(session.user);
    const rotated = rotate(cookie, fixture.state.nowSeconds);
    const sealed = await tokens.seal(session, { refreshToken: 'second' });
    const renewal = { session, leaseId: lease.leaseId, recheckSeconds: 900, rotated, tokens: sealed };
    expect(await fixture.store.renewTicket(renewal)).toBeUndefined();
    expect(await fixture.items(session.user)).toEqual(before);
  });
});

describe('a first use', () => {
  it('is written down once, and never for the secret that follows', async () => {
    const { session, cookie } = await open();
    const { lease } = await taken(session);
    const rotated = rotate(cookie, fixture.state.nowSeconds);
    const renewal = { session, leaseId: lease.leaseId, recheckSeconds: 900 };
    const once = await fixture.store.renewTicket({ ...renewal, rotated });
    if (once === undefined) throw new Error('was not renewed');
    pass(40);
    const second = await taken(session);
    const again = rotate(rotated.cookie, fixture.state.nowSeconds);
    await fixture.store.renewTicket({ ...renewal, session: once, leaseId: second.lease.leaseId, rotated: again });
    // It was read before the second rotation.
    expect(await fixture.store.touch(once, { isUse: false, isFirst: true })).toBe('gone');
    const twice = await read(session);
    expect(twice.ticket.rotation).toEqual(again.rotation);
    expect(await fixture.store.touch(twice, { isUse: false, isFirst: true })).toBe('touched');
    const { previousHash, nonce } = again.rotation;
    const confirmed = (await read(session)).ticket;
    expect(confirmed.rotation).toEqual({ previousHash, nonce, confirmedAt: fixture.state.nowSeconds });
    expect(await fixture.store.touch(twice, { isUse: true, isFirst: true })).toBe('gone');
  });

  it('is no use where it is not to be', async () => {
    const { session, cookie } = await open();
    const { lease } = await taken(session);
    const rotated = rotate(cookie, fixture.state.nowSeconds);
    const renewed = await fixture.store.renewTicket({ session, leaseId: lease.leaseId, recheckSeconds: 900, rotated });
    if (renewed === undefined) throw new Error('was not renewed');
    pass(100);
    await fixture.store.touch(renewed, { isUse: false, isFirst: true });
    const { lastSeenAt, idleExpiresAt } = await read(session);
    expect({ lastSeenAt, idleExpiresAt }).toEqual({
      lastSeenAt: session.lastSeenAt,
      idleExpiresAt: session.idleExpiresAt,
    });
  });
});

describe('a session that its provider no longer stands for', () => {
  it('ends as expired, now, without burning, also while it is used', async () => {
    const { session } = await open();
    pass(60);
    await fixture.store.touch(session);
    await fixture.store.lapse(session);
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({
      reason: 'expired',
      endedAt: fixture.state.nowSeconds,
    });
    const items = await fixture.items(session.user);
    expect(Object.keys(items).toSorted()).toEqual([`ENDED#${session.id}`, 'USER']);
    expect(items.USER).not.toHaveProperty('reauth_after');
  });
});
