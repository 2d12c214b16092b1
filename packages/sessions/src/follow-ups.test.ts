import { randomBytes } from 'node:crypto';
import { jsonText, userKey } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFollowUps, createProviderSessions } from './index.ts';
import {
  addressOf,
  aRequest,
  aSession,
  DAY,
  doBefore,
  type Fixture,
  LIFETIMES,
  newUser,
  START,
  sentBy,
  storeFixture,
  UNKNOWN_ID,
} from './store-fixture.ts';
import { PRESENT } from './table/conditions.ts';
import { providerSessionKey, sessionKey, webKey } from './table/item-key.ts';
import { getItem, toItem } from './table/table.ts';
import { deleteItem, updateItem } from './table/write-item.ts';
import { aWebSession, endByApp, markedIn, webStateOf } from './web-session-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const remainingMs = () => Number.POSITIVE_INFINITY;
const followUps = () => createFollowUps({ ...fixture.table, remainingMs });
const provider = () => createProviderSessions({ ...fixture.table, remainingMs });
const hash = () => randomBytes(16).toString('base64url');

/** A web session that belongs to a session at a provider that sends logout tokens. */
async function aNamedSession() {
  const [sidHash, sidKey] = [hash(), hash()];
  return { ...(await aWebSession(fixture, { sidHash, sidKey })), sidHash, sidKey };
}

describe('finishing what an app has ended', () => {
  it('makes a real ending of it, once, with the reason and the time of the app, and burns nothing', async () => {
    const web = await aWebSession(fixture, { sidHash: hash() });
    await endByApp(fixture, { ...web, webHash: web.hash }, 'logout');
    const marked = await markedIn(fixture, web);
    fixture.state.nowSeconds += 60;
    expect(await followUps().finish(marked)).toBe('ended');
    const { USER: _, ...items } = await fixture.items(web.user);
    expect(Object.keys(items)).toEqual([`ENDED#${web.id}`]);
    expect(items).toMatchObject({ [`ENDED#${web.id}`]: { reason: 'logout', ended_at: START, kind: 'web' } });
    expect(await webStateOf(fixture, web.hash)).toBe('ended');
    expect(await followUps().finish(marked)).toBe('gone');
    expect(await fixture.items(web.user)).toMatchObject(items);
  });

  it('takes the data and the login of a bearer session that had to make room', async () => {
    const request = aRequest();
    const { session } = await fixture.store.create({ ...request, data: jsonText({ a: 1 }) });
    await aWebSession(fixture, { user: session.user, evicts: [session] });
    expect(await followUps().finish(await markedIn(fixture, session))).toBe('ended');
    expect(await fixture.items(session.user)).not.toHaveProperty(`DATA#${session.id}`);
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'evicted', kind: 'bearer' });
    await expect(fixture.store.create(request)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
  });

  it('ends what an app has taken its mark from meanwhile, or marked otherwise', async () => {
    for (const mark of [
      { UpdateExpression: 'REMOVE web_ended_as, web_ended_at' },
      {
        UpdateExpression: 'SET web_ended_as = :as, web_ended_at = :at',
        ExpressionAttributeValues: toItem({ ':as': 'logout', ':at': START + DAY }),
      },
    ]) {
      const bearer = await aSession(fixture);
      await endByApp(fixture, bearer, 'evicted');
      const marked = await markedIn(fixture, bearer);
      const Key = toItem(sessionKey(bearer.user, bearer.id));
      await updateItem(fixture.table, { Key, ConditionExpression: PRESENT, ...mark });
      expect(await followUps().finish(marked)).toBe('ended');
      expect(await fixture.store.get(bearer.user, bearer.id)).toBeUndefined();
      const ended = await fixture.store.getEnded(bearer.user, bearer.id);
      expect(ended).toMatchObject({ reason: 'evicted', endedAt: START });
    }
  });

  it('has nothing to end where there is no such session', async () => {
    const unknown = { user: newUser(), id: UNKNOWN_ID, end: { reason: 'logout', at: START } } as const;
    expect(await followUps().finish(unknown)).toBe('gone');
  });

  it('is an error where what the app has written is not understood, and changes nothing', async () => {
    const web = await aWebSession(fixture, { entry: { web_ended_as: 'bored' } });
    const finished = followUps().finish({ ...web, end: { reason: 'logout', at: START } });
    await expect(finished).rejects.toMatchObject({ field: 'web_ended_as' });
    expect(Object.keys(await fixture.items(web.user))).toContain(`SESSION#${web.id}`);
  });
});

describe('adopting a session of an app', () => {
  it('gives it a TTL by which it is still known while what it belongs to can be refreshed', async () => {
    const web = await aWebSession(fixture);
    expect(await fixture.raw(web.user, `SESSION#${web.id}`)).not.toHaveProperty('ttl');
    expect(await followUps().adopt(web)).toBe('adopted');
    const ttl = START + 30 * DAY + LIFETIMES.loginMaxLifetimeSeconds;
    expect(await fixture.store.get(web.user, web.id)).toMatchObject({ ttl });
  });

  it('writes nothing a second time', async () => {
    const web = await aWebSession(fixture);
    await followUps().adopt(web);
    const before = await fixture.items(web.user);
    fixture.sent.length = 0;
    expect(await followUps().adopt(web)).toBe('adopted');
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'GetItemCommand']);
    expect(await fixture.items(web.user)).toEqual(before);
  });

  it('writes down whose the session at the provider is, so that its logout token finds it', async () => {
    const web = await aNamedSession();
    expect(await followUps().adopt(web)).toBe('adopted');
    const mark = await getItem(fixture.table, providerSessionKey(web.user.issuer, web.sidKey));
    expect(mark).toMatchObject({ ttl: START + 30 * DAY + LIFETIMES.loginMaxLifetimeSeconds });
    const ended = await provider().end({ what: 'session', issuer: web.user.issuer, sidKey: web.sidKey });
    expect(ended).toBe(1);
    expect(await webStateOf(fixture, web.hash)).toBe('ended');
  });

  it('never lets what is known of that session go sooner, whatever end the app has written', async () => {
    const web = await aNamedSession();
    const key = providerSessionKey(web.user.issuer, web.sidKey);
    const ttlOf = async () => (await getItem(fixture.table, key))?.ttl;
    const { sidHash, sidKey } = web;
    const short = { sidHash, sidKey, entry: { web_absolute_expires_at: 1 } };
    const other = await aWebSession(fixture, short);
    await followUps().adopt(other);
    expect(await ttlOf()).toBe(START + LIFETIMES.loginMaxLifetimeSeconds);
    await followUps().adopt(web);
    await followUps().adopt(await aWebSession(fixture, { ...short, user: web.user }));
    expect(await ttlOf()).toBe(START + 30 * DAY + LIFETIMES.loginMaxLifetimeSeconds);
    const { owners } = (await getItem(fixture.table, key)) ?? {};
    expect(owners).toEqual(new Set([other, web].map(({ user }) => `${sidHash} ${userKey(user)}`)));
  });

  it.each(['before it', 'during it'])('ends it where the logout token has come %s', async (when) => {
    const web = await aNamedSession();
    const logOut = () => provider().end({ what: 'session', issuer: web.user.issuer, sidKey: web.sidKey });
    if (when === 'before it') expect(await logOut()).toBe(0);
    else doBefore(fixture, 'UpdateItem', logOut);
    expect(await followUps().adopt(web)).toBe('ended');
    expect(await fixture.store.getEnded(web.user, web.id)).toMatchObject({ reason: 'logout' });
    expect(await webStateOf(fixture, web.hash)).toBe('ended');
    expect(await fixture.store.isBurnt(web.user, web.sidHash)).toBe(true);
    expect(await followUps().adopt(web)).toBe('gone');
  });

  it('finishes it where its app has ended it already', async () => {
    const web = await aNamedSession();
    await endByApp(fixture, { ...web, webHash: web.hash }, 'replaced');
    expect(await followUps().adopt(web)).toBe('ended');
    expect(await fixture.store.getEnded(web.user, web.id)).toMatchObject({ reason: 'replaced' });
    expect(await getItem(fixture.table, providerSessionKey(web.user.issuer, web.sidKey))).toBeUndefined();
  });

  it('leaves alone what is gone by then, what is gone in between, and what is no app’s', async () => {
    const [web, bearer] = [await aWebSession(fixture), await aSession(fixture)];
    expect(await followUps().adopt({ user: web.user, id: UNKNOWN_ID })).toBe('gone');
    expect(await followUps().adopt(bearer)).toBe('gone');
    expect(await fixture.store.get(bearer.user, bearer.id)).toEqual(bearer);
    doBefore(fixture, 'UpdateItem', () => fixture.store.revoke(addressOf(web)));
    expect(await followUps().adopt(web)).toBe('gone');
    expect(await fixture.raw(web.user, `SESSION#${web.id}`)).toBeUndefined();
  });

  it('outlasts a transaction that is in the way', async () => {
    const web = await aNamedSession();
    let races = 3;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'UpdateItemCommand' || races === 0) return goOn();
      races -= 1;
      throw Object.assign(new Error('conflict'), { name: 'TransactionConflictException' });
    };
    expect(await followUps().adopt(web)).toBe('adopted');
    expect(races).toBe(0);
  });

  it('is an error where the name of the session at the provider is none, before anything is written', async () => {
    const web = await aWebSession(fixture, { sidHash: hash(), sidKey: 'x'.repeat(2100) });
    await expect(followUps().adopt(web)).rejects.toMatchObject({ field: 'web_sid_key' });
    expect(await fixture.raw(web.user, `SESSION#${web.id}`)).not.toHaveProperty('ttl');
  });
});

describe('adopting a session of somebody who was erased', () => {
  const isKept = async (user: ReturnType<typeof newUser>) => !('ttl' in ((await fixture.raw(user, 'USER')) ?? {}));

  it('keeps what is known of the user, who is back', async () => {
    const user = newUser();
    await fixture.store.markErased(user);
    expect(await isKept(user)).toBe(false);
    fixture.state.nowSeconds += 60;
    const web = await aWebSession(fixture, { user });
    expect(await followUps().adopt(web)).toBe('adopted');
    expect(await isKept(user)).toBe(true);
  });

  it.each<[string, (web: { readonly user: ReturnType<typeof newUser> }) => Promise<void>]>([
    ['it began before that', async () => {}],
    [
      'the user is erased again in between',
      async ({ user }) => {
        fixture.state.nowSeconds += 60;
        doBefore(fixture, 'UpdateItem', () => fixture.store.markErased(user));
      },
    ],
  ])('leaves the user to be forgotten where %s', async (_, meanwhile) => {
    const user = newUser();
    await fixture.store.markErased(user);
    await meanwhile({ user });
    const web = await aWebSession(fixture, { user });
    await followUps().adopt(web);
    expect(await isKept(user)).toBe(false);
  });
});

describe('a session of an app whose own item is gone', () => {
  it('is finished and adopted all the same', async () => {
    const [one, other] = [await aWebSession(fixture), await aWebSession(fixture)];
    await deleteItem(fixture.table, webKey(one.hash));
    await deleteItem(fixture.table, webKey(other.hash));
    await endByApp(fixture, one, 'logout');
    expect(await followUps().finish(await markedIn(fixture, one))).toBe('ended');
    expect(await followUps().adopt(other)).toBe('adopted');
  });
});
