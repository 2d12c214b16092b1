import type { Login } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
} from './store-fixture.ts';
import { endSession } from './table/end-session.ts';
import { type ItemChange, readSessionChange } from './table/session-change.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const create = (login: Login, policy = {}) => fixture.store.create({ ...aRequest({}, policy), login });

const OUT = { code: 'LOGIN_ENDED', remedy: 'sign_out_at_provider' };

/** A person who reached two clients by one session at the provider; the first has its session here. */
async function singleSignOn() {
  const login = aSidLogin();
  const { session } = await create(login);
  const elsewhere = aSidLogin({ user: login.user, sidHash: String(login.sidHash), clientId: 'mobile' });
  return { user: login.user, login, elsewhere, session };
}

async function burntOf({ user, sidHash }: Pick<Login, 'user' | 'sidHash'>) {
  return (await fixture.items(user))[`BURNT#${sidHash}`];
}

async function endedOf({ user, loginId }: Login) {
  return (await fixture.items(user))[`ENDED#${loginId}`];
}

/** Something goes wrong with this command, before it is carried out. */
function failAt(kind: string, name: string, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  fixture.state.intercept = async (command, goOn) => {
    if (command.constructor.name !== `${kind}Command` || left === 0) return goOn();
    left -= 1;
    throw Object.assign(new Error(`injected ${name}`), { name });
  };
}

describe('a revocation', () => {
  it('burns the provider session, for as long as the end of a login is kept', async () => {
    const { login, session } = await singleSignOn();
    fixture.state.nowSeconds += 60;
    await fixture.store.revoke(addressOf(session));
    const at = START + 60;
    expect(await burntOf(login)).toMatchObject({ burnt_at: at, ttl: at + 30 * DAY });
    expect(await endedOf(login)).toMatchObject({ reason: 'revoked', sid_hash: login.sidHash, burnt_at: at });
  });

  it.each<[string, (signedIn: Awaited<ReturnType<typeof singleSignOn>>) => Promise<unknown>]>([
    ['one session', ({ session }) => fixture.store.revoke(addressOf(session))],
    ['all sessions', ({ user }) => fixture.store.revokeAll({ user })],
    ['all others', ({ user }) => fixture.store.revokeAll({ user, except: 'mine' })],
    ['everything of an erased user', ({ user }) => fixture.store.markErased(user)],
  ])('of %s keeps every other client of that provider session out, and no other provider session', async (_, end) => {
    const signedIn = await singleSignOn();
    await end(signedIn);
    const later = { authTime: START + 100 };
    fixture.state.nowSeconds += 200;
    for (const login of [signedIn.login, signedIn.elsewhere]) {
      await expect(create({ ...login, ...later })).rejects.toMatchObject(OUT);
    }
    expect(await create(aSidLogin({ user: signedIn.user, ...later }))).toMatchObject({ outcome: 'created' });
    expect(await create(aSidLogin({ sidHash: String(signedIn.login.sidHash) }))).toMatchObject({ outcome: 'created' });
  });

  it('leaves the session that another client has already, until it ends', async () => {
    const { session, elsewhere } = await singleSignOn();
    const { session: other } = await create(elsewhere);
    await fixture.store.revoke(addressOf(session));
    expect(await create(elsewhere)).toMatchObject({ outcome: 'existing', session: { id: other.id } });
    fixture.state.nowSeconds = other.idleExpiresAt;
    await expect(create({ ...elsewhere, authTime: other.idleExpiresAt })).rejects.toMatchObject(OUT);
  });

  it('burns before it ends: whatever stops it in between can be repeated', async () => {
    const { session, login, elsewhere } = await singleSignOn();
    failAt('TransactWriteItems', 'ECONNRESET');
    await expect(fixture.store.revoke(addressOf(session))).rejects.toThrow('ECONNRESET');
    fixture.state.intercept = undefined;
    expect(await fixture.store.get(session.user, session.id)).toBeDefined();
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(await endedOf(login)).toMatchObject({ reason: 'revoked' });
  });

  it('ends nothing where it could not burn', async () => {
    const { session } = await singleSignOn();
    failAt('UpdateItem', 'ThrottlingException');
    await expect(fixture.store.revoke(addressOf(session))).rejects.toThrow('ThrottlingException');
    expect(await fixture.store.get(session.user, session.id)).toBeDefined();
  });

  it('outlasts transactions that hold the mark', async () => {
    const { session, login } = await singleSignOn();
    failAt('UpdateItem', 'TransactionConflictException', 3);
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(await burntOf(login)).toBeDefined();
  });

  it('keeps the mark of an earlier burning for longer, also while a transaction holds it', async () => {
    const { session, login, elsewhere } = await singleSignOn();
    const { session: other } = await create(elsewhere);
    await fixture.store.revoke(addressOf(session));
    const before = Number((await burntOf(login))?.ttl);
    fixture.state.nowSeconds += DAY;
    failAt('UpdateItem', 'TransactionConflictException', 3);
    expect(await fixture.store.revoke(addressOf(other))).toBe('ended');
    expect((await burntOf(login))?.ttl).toBe(before + DAY);
  });

  it('burns also for what it does not understand, if that tells its provider session', async () => {
    const { login, elsewhere, session } = await singleSignOn();
    await fixture.put(login.user, `SESSION#${login.loginId}`, { kind: 'later', sid_hash: login.sidHash });
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
  });

  it('of a session that an earlier release made, without its provider session, keeps its own login out', async () => {
    const { login, session } = await singleSignOn();
    const { sid_hash: _, ...earlier } = (await fixture.items(login.user))[`SESSION#${login.loginId}`] ?? {};
    await fixture.put(login.user, `SESSION#${login.loginId}`, earlier);
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
    expect(await burntOf(login)).toBeUndefined();
    await expect(create(login)).rejects.toMatchObject(OUT);
  });

  it('of a login that is not known by its sid burns nothing', async () => {
    const { session } = await create(aLogin());
    await fixture.store.revoke(addressOf(session));
    expect(Object.keys(await fixture.items(session.user)).sort()).toEqual([`ENDED#${session.id}`, 'USER']);
  });
});

describe('a session that ends by itself', () => {
  it.each<[string, (signedIn: Awaited<ReturnType<typeof singleSignOn>>) => Promise<unknown>]>([
    ['makes room for another', ({ user }) => create(aSidLogin({ user }), { maxSessionsPerUser: 1 })],
    ['is found expired in a list', ({ user, session }) => expire(session, () => fixture.store.list(user))],
    [
      'is found expired by its client',
      ({ login, session }) => expire(session, () => expect(create(login)).rejects.toMatchObject(OUT)),
    ],
    [
      'is found expired by whoever asks for it',
      ({ session }) => expire(session, () => expect(fixture.store.require(addressOf(session))).rejects.toThrow()),
    ],
  ])('because it %s burns nothing', async (_, end) => {
    const signedIn = await singleSignOn();
    await end(signedIn);
    expect(await endedOf(signedIn.login)).toMatchObject({ sid_hash: signedIn.login.sidHash });
    expect(await endedOf(signedIn.login)).not.toHaveProperty('burnt_at');
    const authTime = fixture.state.nowSeconds;
    expect(await create({ ...signedIn.elsewhere, authTime })).toMatchObject({ outcome: 'created' });
  });

  it.each(['evicted', 'expired'] as const)('as %s is burnt once when it is revoked after all', async (reason) => {
    const { session, login, elsewhere } = await singleSignOn();
    await endSession(fixture.table, { session, reason });
    fixture.state.nowSeconds += 60;
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await endedOf(login)).toMatchObject({ reason, burnt_at: START + 60 });
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
    await fixture.remove(login.user, `BURNT#${login.sidHash}`);
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await burntOf(login)).toBeUndefined();
  });

  it('and is found so by its revocation is burnt too, once that has ended it', async () => {
    const { session, login } = await singleSignOn();
    await expire(session, () => fixture.store.revoke(addressOf(session)));
    expect(await endedOf(login)).toMatchObject({ reason: 'expired', burnt_at: session.idleExpiresAt });
    expect(await burntOf(login)).toBeDefined();
  });

  it('is burnt though nobody can tell how it ended', async () => {
    const { login, elsewhere, session } = await singleSignOn();
    await fixture.remove(login.user, `SESSION#${login.loginId}`);
    await fixture.put(login.user, `ENDED#${login.loginId}`, { reason: 'later', sid_hash: login.sidHash });
    for (const kind of ['UpdateItem', 'nothing']) {
      failAt(kind, 'TransactionConflictException', 2);
      expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    }
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
  });

  async function expire(session: { readonly idleExpiresAt: number }, then: () => Promise<unknown>) {
    fixture.state.nowSeconds = session.idleExpiresAt;
    return then();
  }
});

describe('a refusal by the watermark', () => {
  async function refused(login: Login, notBefore: number) {
    await fixture.put(login.user, 'USER', { version: 1, not_before: notBefore });
    await expect(create(login)).rejects.toMatchObject({ code: expect.stringMatching(/LOGIN_ENDED|TOO_EARLY/) });
  }

  it('burns the provider session, whose auth_time may move', async () => {
    const login = aSidLogin();
    await refused(login, START + 5);
    expect(await burntOf(login)).toMatchObject({ burnt_at: START });
    await expect(create({ ...login, authTime: START + 60 })).rejects.toMatchObject(OUT);
  });

  it('burns it once, however often the sign-in comes', async () => {
    const login = aSidLogin();
    await refused(login, START + 5);
    fixture.sent.length = 0;
    await expect(create(login)).rejects.toMatchObject(OUT);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'GetItemCommand']);
  });

  it('burns it also where the login had ended, and tries again while a transaction is in the way', async () => {
    const login = aSidLogin();
    await fixture.put(login.user, `ENDED#${login.loginId}`, { ttl: START + 90 * DAY });
    failAt('UpdateItem', 'TransactionConflictException', 2);
    await refused(login, START + 5);
    expect(await burntOf(login)).toBeDefined();
  });

  it.each([
    ['within its margin, where the sign-in may be a new one', aSidLogin(), START + 4],
    ['of a login that is not known by its sid', aLogin(), START + 5],
  ])('%s burns nothing', async (_, login, notBefore) => {
    await refused(login, notBefore);
    expect(Object.keys(await fixture.items(login.user)).filter((item) => item.startsWith('BURNT#'))).toEqual([]);
  });
});

describe('a burnt provider session', () => {
  it('is seen in the transaction by a sign-in that looked before', async () => {
    const { session, elsewhere } = await singleSignOn();
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
      fixture.state.intercept = undefined;
      await fixture.store.revoke(addressOf(session));
      return goOn();
    };
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
    expect(await fixture.store.get(elsewhere.user, elsewhere.loginId)).toBeUndefined();
  });

  it('needs no transaction to refuse a sign-in that comes after', async () => {
    const { session, elsewhere } = await singleSignOn();
    await fixture.store.revoke(addressOf(session));
    fixture.sent.length = 0;
    await expect(create(elsewhere)).rejects.toMatchObject(OUT);
    expect(sentBy(fixture)).toEqual(['QueryCommand', 'GetItemCommand', 'GetItemCommand']);
  });

  it('is told before anything that would let the client try again later', async () => {
    const { session, user, elsewhere } = await singleSignOn();
    await create(aSidLogin({ user }));
    await fixture.store.revoke(addressOf(session));
    await expect(create(elsewhere, { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' })).rejects.toMatchObject(OUT);
  });

  it('is renewed by whoever asks for it, at most once a day, and so outlives the login', async () => {
    const { session, login, elsewhere } = await singleSignOn();
    await fixture.store.revoke(addressOf(session));
    for (const days of [20, 45, 70]) {
      fixture.state.nowSeconds = START + days * DAY;
      await expect(create({ ...elsewhere, authTime: fixture.state.nowSeconds })).rejects.toMatchObject(OUT);
      expect(await burntOf(login)).toMatchObject({ burnt_at: START, ttl: START + (days + 30) * DAY });
    }
  });

  it('counts whatever its mark holds, and however late DynamoDB collects it', async () => {
    const login = aSidLogin();
    await fixture.put(login.user, `BURNT#${login.sidHash}`, { ttl: START - HOUR });
    await expect(create(login)).rejects.toMatchObject(OUT);
  });

  it('stays so when its user is erased', async () => {
    const { session, user, login, elsewhere } = await singleSignOn();
    await fixture.store.revoke(addressOf(session));
    await fixture.store.markErased(user);
    while (!(await fixture.store.erasePage(user)).isDone);
    expect(await burntOf(login)).toMatchObject({ burnt_at: START });
    fixture.state.nowSeconds += HOUR;
    await expect(create({ ...elsewhere, authTime: START + HOUR })).rejects.toMatchObject(OUT);
  });

  it('is no change of a session, and neither is the note of it in an end marker', async () => {
    const { session, login } = await singleSignOn();
    await fixture.store.revoke(addressOf(session));
    const burnt = { item: `BURNT#${login.sidHash}`, after: await fixture.raw(login.user, `BURNT#${login.sidHash}`) };
    const ended = { item: `ENDED#${login.loginId}`, after: await fixture.raw(login.user, `ENDED#${login.loginId}`) };
    const changeOf = (name: ItemChange['name'], change: Pick<ItemChange, 'item' | 'after'>) =>
      readSessionChange({ name, isByTtl: false, ...change });
    for (const name of ['INSERT', 'MODIFY', 'REMOVE'] as const) expect(changeOf(name, burnt)).toBeUndefined();
    expect(changeOf('MODIFY', ended)).toBeUndefined();
    expect(changeOf('INSERT', ended)).toMatchObject({ what: 'revoked' });
  });

  it('is told to the authorizer by one read of its mark', async () => {
    const { session, login } = await singleSignOn();
    expect(await fixture.store.isBurnt(login.user, String(login.sidHash))).toBe(false);
    await fixture.store.revoke(addressOf(session));
    expect(await fixture.store.isBurnt(login.user, String(login.sidHash))).toBe(true);
    expect(await fixture.store.isBurnt(newUser(), String(login.sidHash))).toBe(false);
  });
});

describe('the remedy', () => {
  it.each([
    ['origin_jti', 'sign_in', 'reauthenticate'],
    ['sid', 'sign_out_at_provider', 'sign_out_at_provider'],
    ['auth_time', 'reauthenticate', 'reauthenticate'],
  ] as const)('of a login known by its %s is %s, and %s against the watermark', async (claim, ended, early) => {
    const login = aLogin({ claim, ...(claim === 'sid' ? { sidHash: 'BBBBBBBBBBBBBBBBBBBBBB' } : {}) });
    const { session } = await create(login);
    const unused = { ...login, loginId: 'CCCCCCCCCCCCCCCCCCCCCC', user: newUser() };
    await fixture.put(unused.user, 'USER', { version: 1, not_before: START + 5 });
    await expect(create(unused)).rejects.toMatchObject({ code: 'LOGIN_ENDED', remedy: early });
    await fixture.store.revoke(addressOf(session));
    await expect(create(login)).rejects.toMatchObject({ code: 'LOGIN_ENDED', remedy: ended });
    const tooOld = { ...login, loginId: 'DDDDDDDDDDDDDDDDDDDDDD', user: newUser(), authTime: START - 30 * DAY };
    await expect(create(tooOld)).rejects.toMatchObject({ code: 'LOGIN_ENDED', remedy: ended });
  });
});
