import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { jsonText, type Login } from '@cloakroom/core';
import { Interleaver } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Exchange } from '../model/new-ticket.ts';
import {
  addressOf,
  aLogin,
  aRequest,
  aSidLogin,
  DAY,
  type Fixture,
  HOUR,
  newUser,
  START,
  sentBy,
  storeFixture,
} from '../store-fixture.ts';
import { tokensKey } from '../table/item-key.ts';
import { readSessionChange } from '../table/session-change.ts';
import { endProviderSession } from './end-provider-session.ts';
import type { HandInRequest } from './hand-in.ts';

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
const LOGIN_LIFETIME = 30 * DAY;

function requestOf(login: Login, fields: Partial<HandInRequest & Exchange> = {}): HandInRequest {
  const { user, clientId, authTime, scope, groups, sidHash, sidKey } = login;
  const { receivedAt = fixture.state.nowSeconds, issuedAt = receivedAt, replaces, policy = POLICY } = fields;
  const said = {
    user,
    clientId,
    authTime,
    scope,
    groups,
    ...(sidHash === undefined ? {} : { sidHash }),
    ...(sidKey === undefined ? {} : { sidKey }),
  };
  return {
    login,
    exchange: { ...said, issuedAt, receivedAt, isSilent: false },
    client: { ip: '192.0.2.1', userAgent: 'Firefox' },
    replaces,
    policy,
    recheckSeconds: HOUR,
  };
}

const handIn = (login: Login, fields: Partial<HandInRequest & Exchange> = {}) =>
  fixture.store.handIn(requestOf(login, fields));
const create = (login: Login, data?: object) =>
  fixture.store.create({ ...aRequest(), login, data: data && jsonText(data) });
/** A token of the same login after a refresh, at a provider that moves `auth_time`. */
const refreshed = (login: Login): Login => ({ ...login, authTime: fixture.state.nowSeconds - 1 });
const ended = (remedy: string) => ({ code: 'LOGIN_ENDED', remedy });
const idsOf = async ({ user }: Login) => (await fixture.store.list(user)).sessions.map(({ id }) => id);

/** What the stream tells of all items of a user, as if each had just come. */
async function changesOf({ user }: Login) {
  const told = (await fixture.rawItems(user)).map((after: Record<string, AttributeValue>) =>
    readSessionChange({ name: 'INSERT', item: after.item?.S ?? '', after, isByTtl: false }),
  );
  return told.filter((change) => change !== undefined).map(({ what, kind }) => `${kind} ${what}`);
}

describe.each([
  ['origin_jti', () => aLogin(), 'sign_in'],
  ['sid', () => aSidLogin(), 'sign_out_at_provider'],
] as const)('a login that is handed in, known by its %s', (_, newLogin, remedy) => {
  it('opens a ticket', async () => {
    const login = newLogin();
    const { session, cookie, evicted, replaced } = await handIn(login);
    expect(session).toMatchObject({ kind: 'ticket', id: cookie.id, user: login.user, authTime: login.authTime });
    expect({ evicted, replaced }).toEqual({ evicted: [], replaced: [] });
    expect(await idsOf(login)).toEqual([session.id]);
  });

  it('opens nothing else, by whatever way, while the ticket is there', async () => {
    const login = newLogin();
    await handIn(login);
    for (const token of [login, refreshed(login)]) {
      await expect(handIn(token)).rejects.toMatchObject(ended(remedy));
      await expect(create(token)).rejects.toMatchObject(ended(remedy));
    }
    expect(await idsOf(login)).toHaveLength(1);
  });

  it.each<readonly [string, (address: ReturnType<typeof addressOf>) => Promise<unknown>]>([
    ['has been revoked', (address) => fixture.store.revoke(address)],
    ['was signed out of', (address) => fixture.store.revoke({ ...address, reason: 'logout' })],
    ['is over at the provider', (address) => fixture.store.lapse(address)],
    [
      'has expired',
      async () => {
        fixture.state.nowSeconds += DAY;
      },
    ],
  ])('opens nothing when the ticket %s', async (__, end) => {
    const login = newLogin();
    const { session } = await handIn(login);
    await end(addressOf(session));
    for (const token of [login, refreshed(login)]) {
      await expect(handIn(token)).rejects.toMatchObject(ended(remedy));
      await expect(create(token)).rejects.toMatchObject(ended(remedy));
    }
    expect(await idsOf(login)).toEqual([]);
  });

  it('opens nothing as long as the ticket may live, and a refresh token after it', async () => {
    const login = newLogin();
    const { session } = await handIn(login);
    const marker = (await fixture.items(login.user))[`ENDED#${login.loginId}`];
    expect(marker?.ttl).toBe(session.absoluteExpiresAt + LOGIN_LIFETIME);
  });

  it('is kept ended as long, where it had a session', async () => {
    const login = newLogin();
    await create(login);
    const { session } = await handIn(login);
    const marker = (await fixture.items(login.user))[`ENDED#${login.loginId}`];
    expect(marker?.ttl).toBe(session.absoluteExpiresAt + LOGIN_LIFETIME);
  });

  it('makes no event of a session that never was', async () => {
    const login = newLogin();
    await handIn(login);
    expect(await changesOf(login)).toEqual(['ticket created']);
  });
});

describe('the session that a login has', () => {
  it('ends for the ticket, and its data goes on', async () => {
    const login = aLogin();
    await create(login, { cart: 1 });
    const { session, replaced } = await handIn(login);
    expect(replaced.map(({ id }) => id)).toEqual([login.loginId]);
    expect(await idsOf(login)).toEqual([session.id]);
    expect(await fixture.store.getData(login.user, session.id)).toMatchObject({ value: { text: '{"cart":1}' } });
    expect(await fixture.store.getEnded(login.user, login.loginId)).toMatchObject({
      reason: 'replaced',
      kind: 'bearer',
    });
    expect((await changesOf(login)).toSorted()).toEqual(['bearer replaced', 'ticket created']);
  });

  it('has left the limit', async () => {
    const login = aLogin();
    await create(login);
    const policy = { ...POLICY, maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' } as const;
    await handIn(login, { policy });
    await expect(handIn(aLogin({ user: login.user }), { policy })).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
  });

  it('keeps what is written just before it ends', async () => {
    const login = aLogin();
    await create(login, { cart: 1 });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
      fixture.state.intercept = undefined;
      const address = { user: login.user, id: login.loginId };
      await fixture.store.replaceData({ ...address, version: undefined, value: jsonText({ cart: 2 }) });
      return goOn();
    };
    const { session } = await handIn(login);
    expect(await fixture.store.getData(login.user, session.id)).toMatchObject({ value: { text: '{"cart":2}' } });
  });

  it('is no way back when it has expired', async () => {
    const login = aLogin();
    const { session } = await create(login);
    fixture.state.nowSeconds = session.idleExpiresAt;
    await expect(handIn(refreshed(login))).rejects.toMatchObject(ended('sign_in'));
    expect(await fixture.store.getEnded(login.user, login.loginId)).toMatchObject({ reason: 'expired' });
  });

  it('goes together with the ticket that the browser had, whose data goes on if it has none', async () => {
    const user = newUser();
    const before = await handIn(aLogin({ user }));
    const address = addressOf(before.session);
    await fixture.store.replaceData({ ...address, version: undefined, value: jsonText({ theme: 'dark' }) });
    const login = aLogin({ user });
    await create(login);
    const { session, replaced } = await handIn(login, { replaces: address });
    expect(replaced.map(({ id }) => id)).toEqual([login.loginId, before.session.id]);
    expect(await idsOf(login)).toEqual([session.id]);
    expect(await fixture.store.getData(user, session.id)).toMatchObject({ value: { text: '{"theme":"dark"}' } });
  });

  it('fits into the transaction beside all that may have to go', async () => {
    const user = newUser();
    const policy = { ...POLICY, maxSessionsPerUser: 50 };
    for (let i = 0; i < 30; i += 1) await handIn(aLogin({ user }), { policy });
    const before = await handIn(aLogin({ user }), { policy });
    const login = aSidLogin({ user, sidKey: 'key' });
    await fixture.store.create({ ...aRequest({}, { maxSessionsPerUser: 50 }), login });
    const bytes = new Uint8Array(1);
    const sealTokens = async (address: ReturnType<typeof addressOf>) => ({
      ...{ ...tokensKey(address.user, address.id), data_key: bytes, nonce: bytes, sealed: bytes },
    });
    const fields = { replaces: addressOf(before.session), policy: { ...POLICY, maxSessionsPerUser: 1 } };
    const { evicted, replaced } = await fixture.store.handIn({ ...requestOf(login, fields), sealTokens });
    expect({ evicted: evicted.length, replaced: replaced.length }).toEqual({ evicted: 21, replaced: 2 });
  });
});

describe('what stands against a login that is handed in', () => {
  it('is its end', async () => {
    const login = aLogin();
    const { session } = await create(login);
    await fixture.store.revoke(addressOf(session));
    await expect(handIn(refreshed(login))).rejects.toMatchObject(ended('sign_in'));
  });

  it('is that its provider session is burnt, by whatever client', async () => {
    const login = aSidLogin();
    const { session } = await create(login);
    await fixture.store.revoke(addressOf(session));
    const other = aSidLogin({ user: login.user, sidHash: login.sidHash ?? '', authTime: START });
    await expect(handIn(other)).rejects.toMatchObject(ended('sign_out_at_provider'));
  });

  it('is a logout token that came before anybody knew whose the provider session is', async () => {
    const sidKey = `sid-${START}`;
    await endProviderSession(fixture.table, { what: 'session', issuer: 'local', sidKey });
    const login = aSidLogin({ sidKey });
    await expect(handIn(login)).rejects.toMatchObject(ended('sign_out_at_provider'));
    expect(await fixture.store.isBurnt(login.user, login.sidHash ?? '')).toBe(true);
  });

  it('is the watermark, and then its provider session is burnt', async () => {
    const login = aSidLogin({ authTime: START - 10 });
    await fixture.store.revokeAll({ user: login.user });
    await expect(handIn(login)).rejects.toMatchObject(ended('sign_out_at_provider'));
    expect(await fixture.store.isBurnt(login.user, login.sidHash ?? '')).toBe(true);
  });

  it('is the watermark, for a while after all were ended: that is not the end of it', async () => {
    const login = aLogin({ authTime: START + 1 });
    await fixture.store.revokeAll({ user: login.user });
    await expect(handIn(login)).rejects.toMatchObject({ code: 'SIGN_IN_TOO_EARLY' });
  });

  it('is the watermark also for one that has its session, which stays, and is not burnt', async () => {
    const login = aSidLogin({ authTime: START - 10 });
    const { session } = await create(login);
    await fixture.store.revokeAll({ user: login.user, except: session.id });
    await expect(handIn(login)).rejects.toMatchObject(ended('sign_out_at_provider'));
    expect(await idsOf(login)).toEqual([session.id]);
    expect(await fixture.store.isBurnt(login.user, login.sidHash ?? '')).toBe(false);
  });

  it('is that the person has to prove anew who they are', async () => {
    const user = newUser();
    const one = await handIn(aLogin({ user, authTime: START - 10 }));
    await fixture.store.revoke(addressOf(one.session));
    const unused = aLogin({ user, authTime: START - 5 });
    await expect(handIn(unused)).rejects.toMatchObject(ended('reauthenticate'));
  });

  it('is that it is older than a login may be', async () => {
    const login = aLogin({ authTime: START - LOGIN_LIFETIME });
    await expect(handIn(login)).rejects.toMatchObject(ended('sign_in'));
  });
});

it('takes one Query, one read of each mark, and one transaction', async () => {
  await handIn(aLogin());
  expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
  fixture.sent.length = 0;
  await handIn(aSidLogin());
  expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'GetItemCommand', 'TransactWriteItemsCommand']);
});

it('opens one session, in whatever order it is handed in, created, revoked, and handed in again', async () => {
  const acts = ['handIn', 'handIn', 'create', 'revoke'] as const;
  const scenario = fc.record({
    acts: fc.shuffledSubarray([...acts], { minLength: 2 }),
    picks: fc.array(fc.nat({ max: 11 }), { minLength: 30, maxLength: 30 }),
  });
  let opened = 0;
  const run = async ({ acts: chosen, picks }: { acts: readonly (typeof acts)[number][]; picks: readonly number[] }) => {
    fixture.reset();
    const login = aLogin();
    const turns = new Interleaver(picks);
    Object.assign(fixture.state, {
      intercept: turns.intercept,
      holdTransaction: turns.holdTransaction,
      sleep: () => turns.gate(async () => undefined),
    });
    const address = { user: login.user, id: login.loginId };
    const doing = {
      handIn: () => handIn(login).then(() => 'ticket'),
      create: () => create(login).then(() => 'bearer'),
      revoke: () => fixture.store.revoke(address).then(String),
    };
    const under = Promise.allSettled(chosen.map((act) => doing[act]()));
    await turns.run();
    const told = await under;
    fixture.reset();
    const values = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const tickets = values.filter((value) => value === 'ticket').length;
    const refusals = told.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(refusals.every((code) => code === 'LOGIN_ENDED')).toBe(true);
    expect(tickets).toBeLessThanOrEqual(1);
    const { sessions } = await fixture.store.list(login.user);
    expect(sessions.filter(({ kind }) => kind === 'ticket')).toHaveLength(tickets);
    expect(sessions.length).toBeLessThanOrEqual(1);
    if (tickets > 0 || values.includes('ended'))
      await expect(create(refreshed(login))).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    opened += tickets;
  };
  await fc.assert(fc.asyncProperty(scenario, run), { numRuns: 60 });
  expect(opened).toBeGreaterThan(20);
}, 60_000);
