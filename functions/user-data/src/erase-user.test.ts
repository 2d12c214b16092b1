import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, type QueryCommand } from '@aws-sdk/client-dynamodb';
import { userKey } from '@cloakroom/core';
import { followTestTable } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf, DAY, LOGIN_MAX_LIFETIME_SECONDS, START, someone, userFixture } from './user-fixture.ts';

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

const admin = callerOf(someone(), ['pool']);
const DONE = { statusCode: 200, body: { success: true, data: { done: true } } };

async function userItem(user: ReturnType<typeof someone>) {
  const Key = { user_key: { S: userKey(user) }, item: { S: 'USER' } };
  return (await fixture.real.send(new GetItemCommand({ TableName: fixture.sessionsTable, Key }))).Item;
}

describe('erasing a user', () => {
  it('leaves nothing in either table but the mark, the time before which no sign-in counts, and when both may go', async () => {
    const user = someone();
    await fixture.signIn(user, { theme: 'dark' });
    const session = await fixture.signIn(user);
    await fixture.sessions.end({ session, reason: 'revoked', loginMaxLifetimeSeconds: DAY });
    await fixture.tell(user, 'client');
    await fixture.tell(user, 'system');
    expect(await fixture.erase(admin, user.sub)).toEqual(DONE);
    expect(await fixture.keysOf(user)).toEqual({ sessions: ['USER'], events: [] });
    const { version: _, ...left } = (await userItem(user)) ?? {};
    expect(left).toEqual({
      user_key: { S: userKey(user) },
      item: { S: 'USER' },
      not_before: { N: String(START + 5) },
      erased_at: { N: String(START) },
      ttl: { N: String(START + 5 + LOGIN_MAX_LIFETIME_SECONDS) },
    });
  });

  it('takes what is not understood with it', async () => {
    const user = someone();
    await fixture.signIn(user);
    await fixture.put(user, 'SESSION#later', { kind: { S: 'ticket' }, auth_time: { N: String(START) } });
    await fixture.put(user, 'TOKENS#later', { sealed: { S: 'x' } });
    expect(await fixture.erase(admin, user.sub)).toEqual(DONE);
    const { sessions } = await fixture.keysOf(user);
    expect(sessions.filter((item) => !item.startsWith('ENDED#'))).toEqual(['USER']);
  });

  it('leaves other users alone, those of the same name at another issuer among them', async () => {
    const user = someone();
    const namesake = { ...user, issuer: 'guests' };
    await fixture.signIn(user);
    await fixture.signIn(namesake, {});
    await fixture.tell(namesake);
    const before = await fixture.keysOf(namesake);
    await fixture.erase(admin, user.sub);
    expect(await fixture.keysOf(namesake)).toEqual(before);
  });

  it('can be repeated, and done to somebody of whom nothing is known', async () => {
    const user = someone();
    expect(await fixture.erase(admin, user.sub)).toEqual(DONE);
    expect(await fixture.erase(admin, user.sub)).toEqual(DONE);
    expect(await fixture.keysOf(user)).toEqual({ sessions: ['USER'], events: [] });
  });

  it('keeps every old sign-in out, and lets a new one in', async () => {
    const user = someone();
    await fixture.signIn(user);
    await fixture.erase(admin, user.sub);
    await expect(fixture.signIn(user)).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    fixture.clock.seconds += 6;
    expect(await fixture.signIn(user)).toMatchObject({ user });
  });

  it('ends everything before it deletes anything', async () => {
    const user = someone();
    await fixture.signIn(user);
    await fixture.tell(user);
    const sent: string[] = [];
    onSend = (name) => sent.push(name);
    await fixture.erase(admin, user.sub);
    const revocation = sent.indexOf('TransactWriteItemsCommand');
    const watermark = sent.indexOf('UpdateItemCommand');
    const mark = sent.indexOf('UpdateItemCommand', revocation);
    const deletion = sent.findIndex((name) => /^(?:Delete|BatchWrite)ItemCommand$/.test(name));
    expect(watermark).toBeGreaterThanOrEqual(0);
    expect(revocation).toBeGreaterThan(watermark);
    expect(mark).toBeGreaterThan(revocation);
    expect(deletion).toBeGreaterThan(mark);
  });

  it('stops in time, says so, and goes on when it is repeated', async () => {
    const user = someone();
    await Promise.all(Array.from({ length: 250 }, () => fixture.tell(user)));
    let pages = 0;
    onSend = (name) => {
      if (name === 'QueryCommand') pages += 1;
      if (name === 'BatchWriteItemCommand') fixture.clock.seconds += 3; // slow
    };
    expect(await fixture.erase(admin, user.sub)).toEqual({
      statusCode: 202,
      body: { success: true, data: { done: false } },
    });
    const left = (await fixture.keysOf(user)).events.length;
    expect(left).toBe(150);
    expect(pages).toBeLessThan(7);
    let rounds = 0;
    while ((await fixture.erase(admin, user.sub)).statusCode === 202) rounds += 1;
    expect(rounds).toBe(1);
    expect(await fixture.keysOf(user)).toEqual({ sessions: ['USER'], events: [] });
  });

  it('goes on after a failure in the middle', async () => {
    const user = someone();
    await fixture.signIn(user, {});
    await fixture.tell(user);
    onSend = (name) => {
      if (name === 'BatchWriteItemCommand') throw new Error('unreachable');
    };
    expect(await fixture.erase(admin, user.sub)).toMatchObject({ statusCode: 500 });
    onSend = () => undefined;
    expect(await fixture.erase(admin, user.sub)).toEqual(DONE);
    expect(await fixture.keysOf(user)).toEqual({ sessions: ['USER'], events: [] });
  });

  it('is told by no change of the stream, whose deletions are not those of TTL', async () => {
    const user = someone();
    await fixture.signIn(user, {});
    await fixture.erase(admin, user.sub);
    const records: { eventName: string; userIdentity?: unknown; dynamodb: { Keys: { user_key: { S: string } } } }[] =
      [];
    const follower = followTestTable({
      table: fixture.sessionsTable,
      checkpointsDir: mkdtempSync(join(tmpdir(), 'cloakroom-erase-')),
      handle: async (event) => {
        records.push(...(event as { Records: typeof records }).Records);
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
    const user = someone();
    const session = await fixture.signIn(user);
    for (const who of [callerOf(user), callerOf(someone()), callerOf(someone(), ['guests'])]) {
      expect(await fixture.erase(who, user.sub)).toMatchObject({
        statusCode: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
    }
    expect(await fixture.sessions.get(user, session.id)).toBeDefined();
    const elsewhere = callerOf(someone('guests'), ['pool']);
    expect(await fixture.erase(elsewhere, user.sub)).toMatchObject({ statusCode: 403 });
    expect(await fixture.erase(elsewhere, `pool:${user.sub}`)).toEqual(DONE);
  });

  it('takes no parameters: a misspelled one must not pass', async () => {
    const user = someone();
    const session = await fixture.signIn(user);
    expect(await fixture.erase(admin, user.sub, { dryRun: 'true' })).toMatchObject({ statusCode: 400 });
    expect(await fixture.sessions.get(user, session.id)).toBeDefined();
  });
});
