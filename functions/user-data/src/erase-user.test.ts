import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, type QueryCommand } from '@aws-sdk/client-dynamodb';
import { publicUserKey, type User, userKey } from '@cloakroom/core';
import { httpApiEvent, newUser, restEvent, signInAtWebApp } from '@cloakroom/testing';
import { followTestTable } from '@cloakroom/testing/streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf, LOGIN_MAX_LIFETIME_SECONDS, START, userFixture } from './user-fixture.ts';

/** Called before each command to the tables, while a test wants it. */
let onSend: (name: string) => void = () => undefined;
let fixture: Awaited<ReturnType<typeof userFixture>>;
beforeAll(async () => {
  fixture = await userFixture((dynamodb) => {
    const send = async (command: { constructor: { name: string } }) => {
      onSend(command.constructor.name);
      return dynamodb.send(command as QueryCommand);
    };
    return { send } as typeof dynamodb;
  });
});
beforeEach(() => {
  fixture.clock.seconds = START;
  onSend = () => undefined;
});
afterAll(() => fixture.real.destroy());

const admin = callerOf(newUser(), ['pool']);
const DONE = { statusCode: 200, body: { success: true, data: { done: true } } };
const NOTHING = { sessions: [], events: [] };

const ERASURE = { routeKey: 'DELETE /users/{userId}', caller: admin };
/** What gateways make of a path's segment as it was sent. */
const eventOfHttpApi = (sent: string) => {
  const userId = decodeURIComponent(decodeURIComponent(sent));
  return httpApiEvent({ ...ERASURE, pathParameters: { userId } });
};
const eventOfRestApi = (sent: string) => ({ ...restEvent(ERASURE), pathParameters: { userId: sent } });

async function userItem(user: ReturnType<typeof newUser>) {
  const Key = { user_key: { S: userKey(user) }, item: { S: 'USER' } };
  return (await fixture.real.send(new GetItemCommand({ TableName: fixture.sessionsTable, Key }))).Item;
}

/** The keys of what is left in both tables, besides the marks of ended logins. */
async function leftOf(user: User): Promise<string[]> {
  const { sessions, events } = await fixture.keysOf(user);
  return [...sessions, ...events].filter((key) => !key.startsWith('ENDED#'));
}

describe('erasing a user', () => {
  it('leaves nothing in either table but the mark, the time before which no sign-in counts, and the marks of ended logins', async () => {
    const user = newUser();
    await fixture.signIn(user, { theme: 'dark' });
    const session = await fixture.signIn(user);
    const marks = (await fixture.sessions.getUser(user)).sessions.map(({ id }) => `ENDED#${id}`).toSorted();
    await fixture.sessions.revoke(session);
    await fixture.tell(user, 'client');
    await fixture.tell(user, 'system');
    expect(await fixture.erase(admin, user)).toMatchObject(DONE);
    expect(await fixture.keysOf(user)).toEqual({ sessions: [...marks, 'USER'], events: [] });
    const { version: _, reauth_after: __, ...left } = (await userItem(user)) ?? {};
    expect(left).toEqual({
      user_key: { S: userKey(user) },
      item: { S: 'USER' },
      not_before: { N: String(START + 5) },
      erased_at: { N: String(START) },
      ttl: { N: String(START + 5 + LOGIN_MAX_LIFETIME_SECONDS) },
    });
  });

  it('leaves nothing of what a web app keeps in a session but that it has ended', async () => {
    const user = newUser();
    const session = await signInAtWebApp(fixture.real, fixture.sessionsTable, { user, nowSeconds: START });
    expect(await fixture.erase(admin, user)).toMatchObject(DONE);
    expect(await leftOf(user)).toEqual(['USER']);
    const item = await session.item();
    expect(Object.keys(item ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
    expect(JSON.stringify(item)).not.toContain(user.sub);
  });

  it('takes what is not understood with it', async () => {
    const user = newUser();
    await fixture.signIn(user);
    await fixture.put(user, 'SESSION#later', { kind: { S: 'ticket' }, auth_time: { N: String(START) } });
    await fixture.put(user, 'TOKENS#later', { sealed: { S: 'x' } });
    expect(await fixture.erase(admin, user)).toMatchObject(DONE);
    expect(await leftOf(user)).toEqual(['USER']);
  });

  it('leaves other users alone, those of the same name at another issuer among them', async () => {
    const user = newUser();
    const namesake = { ...user, issuer: 'guests' };
    await fixture.signIn(user);
    await fixture.signIn(namesake, {});
    await fixture.tell(namesake);
    const before = await fixture.keysOf(namesake);
    await fixture.erase(admin, user);
    expect(await fixture.keysOf(namesake)).toEqual(before);
  });

  it('can be repeated', async () => {
    const user = newUser();
    await fixture.signIn(user);
    for (let round = 0; round < 3; round += 1) expect(await fixture.erase(admin, user)).toMatchObject(DONE);
    expect(await leftOf(user)).toEqual(['USER']);
  });

  it('says whom it has erased', async () => {
    const [user, guest] = [newUser(), newUser('guests')];
    const elsewhere = callerOf(newUser(), ['pool', 'guests']);
    for (const [one, userId] of [
      [user, user.sub],
      [guest, `guests:${guest.sub}`],
    ] as const) {
      await fixture.signIn(one);
      const { body } = await fixture.erase(elsewhere, one);
      expect(body.data).toEqual({ done: true, userId, userKey: publicUserKey(one) });
    }
  });

  it('is not done to somebody of whom nothing is kept, and nothing is written of them', async () => {
    const nobody = newUser();
    for (let round = 0; round < 2; round += 1) {
      expect(await fixture.erase(admin, nobody)).toMatchObject({
        statusCode: 404,
        body: { error: { code: 'NOT_FOUND' } },
      });
      expect(await fixture.keysOf(nobody)).toEqual(NOTHING);
    }
  });

  it('is done to somebody of whom nothing but events or an end is left', async () => {
    const [told, ended] = [newUser(), newUser()];
    await fixture.tell(told);
    await fixture.put(ended, 'ENDED#x');
    for (const user of [told, ended]) {
      expect(await fixture.erase(admin, user)).toMatchObject(DONE);
      expect(await leftOf(user)).toEqual(['USER']);
    }
  });

  it('is done by the key alone: any other spelling may mean somebody else by now', async () => {
    const user = newUser();
    const [session, own] = [await fixture.signIn(user), await fixture.signIn({ issuer: 'pool', sub: admin.userId })];
    const key = publicUserKey(user);
    for (const userId of [user.sub, `pool:${user.sub}`, 'me', admin.userId, `${key}=`, key.slice(1), '~', '']) {
      expect(await fixture.erase(admin, userId)).toMatchObject({
        statusCode: 400,
        body: { error: { code: 'INVALID_USER_ID', field: 'userId', message: expect.stringContaining('userKey') } },
      });
    }
    for (const { user: one, id } of [session, own]) expect(await fixture.sessions.get(one, id)).toBeDefined();
  });

  it('means the same user at an HTTP API, which decodes a path twice, and at a REST API, which does once', async () => {
    const alice = { issuer: 'pool', sub: `alice-${randomUUID()}` };
    const mistaken = { issuer: 'pool', sub: alice.sub.replace('alice', 'al%69ce') };
    for (const makeEvent of [eventOfHttpApi, eventOfRestApi]) {
      const session = await fixture.signIn(alice);
      await fixture.signIn(mistaken);
      const plain = makeEvent(encodeURIComponent(mistaken.sub));
      expect(await fixture.handle(plain)).toMatchObject({ statusCode: 400 });
      const byKey = makeEvent(encodeURIComponent(publicUserKey(mistaken)));
      expect(await fixture.handle(byKey)).toMatchObject({ statusCode: 200 });
      expect(await leftOf(mistaken)).toEqual(['USER']);
      expect(await fixture.sessions.get(alice, session.id)).toBeDefined();
      fixture.clock.seconds += 10;
    }
  });

  it('keeps every old sign-in out, and lets a new one in', async () => {
    const user = newUser();
    await fixture.signIn(user);
    await fixture.erase(admin, user);
    await expect(fixture.signIn(user)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    fixture.clock.seconds += 6;
    expect(await fixture.signIn(user)).toMatchObject({ user });
  });

  it('ends everything before it deletes anything', async () => {
    const user = newUser();
    await fixture.signIn(user);
    await fixture.tell(user);
    const sent: string[] = [];
    onSend = (name) => sent.push(name);
    await fixture.erase(admin, user);
    const revocation = sent.indexOf('TransactWriteItemsCommand');
    const watermark = sent.indexOf('UpdateItemCommand');
    const mark = sent.indexOf('UpdateItemCommand', revocation);
    const deletion = sent.indexOf('DeleteItemCommand');
    expect(watermark).toBeGreaterThanOrEqual(0);
    expect(revocation).toBeGreaterThan(watermark);
    expect(mark).toBeGreaterThan(revocation);
    expect(deletion).toBeGreaterThan(mark);
  });

  it('stops in time, says so, and goes on when it is repeated', async () => {
    const user = newUser();
    await Promise.all(Array.from({ length: 250 }, () => fixture.tell(user)));
    let pages = 0;
    onSend = (name) => {
      if (name === 'QueryCommand') pages += 1;
      if (name === 'DeleteItemCommand') fixture.clock.seconds += 0.12; // slow
    };
    expect(await fixture.erase(admin, user)).toMatchObject({
      statusCode: 202,
      body: { success: true, data: { done: false, userKey: publicUserKey(user) } },
    });
    const left = (await fixture.keysOf(user)).events.length;
    expect(left).toBe(150);
    expect(pages).toBeLessThan(8); // two of them look whether anything is kept of the user
    let rounds = 0;
    while ((await fixture.erase(admin, user)).statusCode === 202) rounds += 1;
    expect(rounds).toBe(1);
    expect(await fixture.keysOf(user)).toEqual({ sessions: ['USER'], events: [] });
  });

  it('goes on after a failure in the middle', async () => {
    const user = newUser();
    const { id } = await fixture.signIn(user, {});
    await fixture.tell(user);
    onSend = (name) => {
      if (name === 'DeleteItemCommand') throw new Error('unreachable');
    };
    expect(await fixture.erase(admin, user)).toMatchObject({ statusCode: 500 });
    onSend = () => undefined;
    expect(await fixture.erase(admin, user)).toMatchObject(DONE);
    expect(await fixture.keysOf(user)).toEqual({ sessions: [`ENDED#${id}`, 'USER'], events: [] });
  });

  it('is told by no change of the stream, whose deletions are not those of TTL', async () => {
    const user = newUser();
    await fixture.signIn(user, {});
    await fixture.erase(admin, user);
    const records: { eventName: string; userIdentity?: unknown; dynamodb: { Keys: { user_key: { S: string } } } }[] =
      [];
    const follower = followTestTable({
      table: fixture.sessionsTable,
      checkpointsDir: mkdtempSync(join(tmpdir(), 'cloakroom-erase-')),
      handle: async (event) => {
        records.push(...(event as { Records: typeof records }).Records);
        return { batchItemFailures: [] };
      },
    });
    const ofUser = () => records.filter(({ dynamodb }) => dynamodb.Keys.user_key.S === userKey(user));
    for (const endMs = Date.now() + 10_000; ofUser().length < 8 && Date.now() < endMs; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await follower.stop();
    expect(ofUser().filter(({ eventName }) => eventName === 'REMOVE')).not.toEqual([]);
    expect(ofUser().every(({ userIdentity }) => userIdentity === undefined)).toBe(true);
  });

  it('is for administrators of the issuer alone', async () => {
    const user = newUser();
    const session = await fixture.signIn(user);
    for (const who of [callerOf(user), callerOf(newUser()), callerOf(newUser(), ['guests'])]) {
      expect(await fixture.erase(who, user)).toMatchObject({
        statusCode: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
    }
    expect(await fixture.sessions.get(user, session.id)).toBeDefined();
    const elsewhere = callerOf(newUser('guests'), ['pool']);
    expect(await fixture.erase(elsewhere, { ...user, issuer: 'guests' })).toMatchObject({ statusCode: 403 });
    expect(await fixture.erase(elsewhere, user)).toMatchObject(DONE);
  });

  it('takes no parameters: a misspelled one must not pass', async () => {
    const user = newUser();
    const session = await fixture.signIn(user);
    expect(await fixture.erase(admin, user, { dryRun: 'true' })).toMatchObject({ statusCode: 400 });
    expect(await fixture.sessions.get(user, session.id)).toBeDefined();
  });
});
