import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sdkWrites } from '@cloakroom/aws/dynamodb';
import { jsonText, type User, userKey } from '@cloakroom/core';
import { createEventReader, createEventWriter } from '@cloakroom/events';
import {
  createFollowUps,
  createProviderSessions,
  createSessionStore,
  type FollowUps,
  publicSessionId,
  readErasures,
  SESSION_CHANGE_PATTERNS,
} from '@cloakroom/sessions';
import {
  aPolicy,
  aSignIn,
  createTestTable,
  markByWebApp,
  newUser,
  recordTelemetry,
  STORE_RULES,
  signInAtWebApp,
  testCursors,
  testDynamoDb,
} from '@cloakroom/testing';
import { followTestTable } from '@cloakroom/testing/streams';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RecordChangesDeps, recordChanges } from './record-changes.ts';

const DAY = 86_400;
const START = 1_780_000_000;
const HASH = { sidHash: 'h'.repeat(43), sidKey: 'k'.repeat(43) };

const dynamodb = testDynamoDb();
let sessionsTable: string;
let eventsTable: string;
let followers: ReturnType<typeof followTestTable>[] = [];

beforeEach(async () => {
  [sessionsTable, eventsTable] = await Promise.all([
    createTestTable(dynamodb, 'sessions', { stream: true }),
    createTestTable(dynamodb, 'events'),
  ]);
});
afterEach(async () => {
  await Promise.all(followers.map(({ stop }) => stop()));
  followers = [];
});
afterAll(() => dynamodb.destroy());

const nowMs = () => START * 1000;
const options = () => ({ ...STORE_RULES, dynamodb, table: sessionsTable, nowMs });
const atApp = (user: User, fields: object = {}) =>
  signInAtWebApp(dynamodb, sessionsTable, { user, nowSeconds: START, ...fields });
const mark = (session: { user: User; id: string }, reason: 'logout' | 'replaced' | 'evicted') =>
  markByWebApp(dynamodb, sessionsTable, { ...session, reason, atSeconds: START + 7 });

function recorder(overrides: Partial<RecordChangesDeps> = {}) {
  const telemetry = recordTelemetry();
  const letters: unknown[] = [];
  const items = sdkWrites(dynamodb);
  const handle = recordChanges({
    events: createEventWriter('system', { items, table: eventsTable, retentionSeconds: 90 * DAY }),
    readErasures: (users) => readErasures({ items, table: sessionsTable }, users),
    followUps: createFollowUps(options()),
    deadLetters: { send: async (letter) => void letters.push(letter) },
    nowMs,
    telemetry,
    ...overrides,
  });
  return { telemetry, letters, handle };
}

function follow(handle: (event: unknown) => Promise<unknown>) {
  const checkpointsDir = mkdtempSync(join(tmpdir(), 'cloakroom-web-'));
  const patterns = SESSION_CHANGE_PATTERNS;
  const follower = followTestTable({ table: sessionsTable, checkpointsDir, handle, patterns, maxRetries: 0 });
  followers.push(follower);
  return follower;
}

/** Oldest first. */
async function eventsOf(user: User) {
  const reader = createEventReader({ dynamodb, table: eventsTable, cursors: testCursors, nowMs });
  const { events } = await reader.listOfUser(user, { limit: 100 });
  return events.toReversed().map(({ type, data, occurredAt }) => ({
    type,
    ...JSON.parse(data.text),
    atSeconds: Date.parse(occurredAt) / 1000,
  }));
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 15_000; !(await isSo()); await delay(20)) {
    if (Date.now() > endMs) throw new Error('it did not happen within 15 s');
  }
}

/** Nobody's change is left to be recorded. */
async function untilCaughtUp(): Promise<void> {
  const last = newUser();
  await createSessionStore(options()).create(aSignInOf(last));
  await eventually(async () => (await eventsOf(last)).length === 1);
}

const aSignInOf = (user: User) => ({
  login: aSignIn({ user, authTime: START }),
  client: { ip: '', userAgent: '' },
  policy: aPolicy(),
});

describe('a web session that its app ends', () => {
  it.each(['logout', 'replaced'] as const)(
    'by %s has ended for good, and is told once by that name',
    async (reason) => {
      const [user, store] = [newUser(), createSessionStore(options())];
      const session = await atApp(user);
      await mark(session, reason);
      follow(recorder().handle);
      await eventually(async () => (await eventsOf(user)).length === 2);
      await untilCaughtUp();
      const told = { sessionId: publicSessionId(user, session.id), kind: 'web' };
      expect(await eventsOf(user)).toEqual([
        { type: 'session.created', ...told, atSeconds: START },
        { type: `session.${reason}`, ...told, reason, atSeconds: START },
      ]);
      expect(await session.entry()).toBeUndefined();
      expect(await store.getEnded(user, session.id)).toMatchObject({ reason, kind: 'web', endedAt: START });
      expect(await store.isKnown(user)).toBe(true);
    },
  );

  it('changes nothing when it comes twice', async () => {
    const user = newUser();
    await mark(await atApp(user), 'logout');
    const outcomes = new Set<unknown>();
    for (const _ of [1, 2]) {
      const { handle, telemetry } = recorder();
      const follower = follow(handle);
      await untilCaughtUp();
      await follower.stop();
      expect(follower.givenUp).toEqual([]);
      const done = telemetry.lines.filter(({ code }) => code === 'change.followed');
      for (const { fields } of done) outcomes.add(fields.outcome);
    }
    expect([...outcomes].toSorted()).toEqual(['ended', 'gone']);
    expect((await eventsOf(user)).map(({ type }) => type)).toEqual(['session.created', 'session.logout']);
  });
});

it('a session of another kind that an app evicts ends with all that belongs to it', async () => {
  const [user, store] = [newUser(), createSessionStore(options())];
  const { session } = await store.create({ ...aSignInOf(user), data: jsonText({ a: 1 }) });
  await mark(session, 'evicted');
  follow(recorder().handle);
  await eventually(async () => (await eventsOf(user)).length === 2);
  expect(await eventsOf(user)).toMatchObject([
    { type: 'session.created', kind: 'bearer' },
    { type: 'session.evicted', kind: 'bearer', reason: 'evicted' },
  ]);
  expect(await store.getData(user, session.id)).toMatchObject({ version: 0 });
  expect(await store.get(user, session.id)).toBeUndefined();
});

describe('a new session of a web app', () => {
  it('is given its TTL, and is listed as it was before', async () => {
    const [user, store] = [newUser(), createSessionStore(options())];
    const session = await atApp(user);
    follow(recorder().handle);
    await untilCaughtUp();
    expect((await session.entry())?.ttl).toEqual({ N: String(START + 60 * DAY) });
    expect((await store.list(user)).sessions).toMatchObject([{ id: session.id, kind: 'web' }]);
  });

  it('is ended by a logout token that names the session at the provider alone', async () => {
    const user = newUser();
    const session = await atApp(user, { providerSession: HASH });
    follow(recorder().handle);
    await untilCaughtUp();
    const logout = { what: 'session', issuer: user.issuer, sidKey: HASH.sidKey } as const;
    expect(await createProviderSessions(options()).end(logout)).toBe(1);
    expect(await session.item()).not.toHaveProperty('keys');
    await eventually(async () => (await eventsOf(user)).length === 2);
    expect(await eventsOf(user)).toMatchObject([{}, { type: 'session.logout', kind: 'web' }]);
  });

  it('ends when that token had come before', async () => {
    const user = newUser();
    await createProviderSessions(options()).end({ what: 'session', issuer: user.issuer, sidKey: HASH.sidKey });
    const session = await atApp(user, { providerSession: HASH });
    follow(recorder().handle);
    await eventually(async () => (await eventsOf(user)).length === 2);
    expect(await session.entry()).toBeUndefined();
    expect(Object.keys((await session.item()) ?? {}).toSorted()).toEqual(['ended_at_ms', 'item', 'ttl', 'user_key']);
  });
});

describe('what an app has begun and could not be finished', () => {
  const begun = (user: User) => ({
    eventName: 'MODIFY',
    dynamodb: {
      SequenceNumber: '7',
      Keys: { user_key: { S: userKey(user) }, item: { S: 'SESSION#x' } },
      NewImage: {
        user_key: { S: userKey(user) },
        item: { S: 'SESSION#x' },
        web_created_at: { N: '1' },
        web_last_seen_at: { N: '1' },
        web_idle_expires_at: { N: '0' },
        web_absolute_expires_at: { N: '2' },
        web_ip: { S: '' },
        web_user_agent: { S: '' },
        web_hash: { S: 'h'.repeat(43) },
        web_ended_as: { S: 'logout' },
        web_ended_at: { N: '1' },
      },
    },
  });
  const failing = (error: Error): FollowUps => ({
    finish: () => Promise.reject(error),
    adopt: () => Promise.reject(error),
  });

  it('is reported, and comes again', async () => {
    const { handle, telemetry, letters } = recorder({ followUps: failing(new Error('throttled')) });
    const answer = await handle({ Records: [begun(newUser())] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(telemetry.lines).toMatchObject([{ code: 'change.failed', fields: { sequenceNumber: '7' } }]);
    expect(letters).toEqual([]);
  });

  it.each<[string, object]>([
    ['an item that has room for nothing more', { name: 'ValidationException' }],
    ['such an item in a transaction', { CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] }],
  ])('goes to the dead letters where it never can be, as for %s', async (_, fields) => {
    const { handle, letters } = recorder({ followUps: failing(Object.assign(new Error('refused'), fields)) });
    const record = begun(newUser());
    expect(await handle({ Records: [record] })).toEqual({ batchItemFailures: [] });
    expect(letters).toMatchObject([{ record: { dynamodb: { SequenceNumber: '7' } } }]);
    // There, it stays until it can be done.
    expect(await handle({ Records: [record], redrive: true })).toEqual({
      batchItemFailures: [{ itemIdentifier: '7' }],
    });
  });

  it('does not wait for the table of the events', async () => {
    const user = newUser();
    const session = await atApp(user);
    await mark(session, 'logout');
    const put = () => Promise.reject(new Error('down'));
    follow(recorder({ events: { put, remove: async () => undefined } }).handle);
    await eventually(async () => (await session.entry()) === undefined);
    expect(await eventsOf(user)).toEqual([]);
  });
});

describe('an app that writes what no session has', () => {
  it.each<[string, Record<string, { S: string } | { N: string }>]>([
    ['a time that no calendar has', { web_created_at: { N: '9000000000000000' } }],
    ['a reason that is none', { web_ended_as: { S: 'revoked' }, web_ended_at: { N: '1' } }],
    [
      'a session at the provider that is none',
      { web_sid_hash: { S: 'h'.repeat(43) }, web_sid_key: { S: 'k'.repeat(3000) } },
    ],
  ])('stands in nobody’s way: %s', async (_, fields) => {
    const [user, other] = [newUser(), newUser()];
    await atApp(user, { entry: fields });
    await mark(await atApp(other), 'logout');
    const { handle, letters } = recorder();
    const follower = follow(handle);
    await eventually(async () => (await eventsOf(other)).length === 2 && letters.length > 0);
    expect(follower.givenUp).toEqual([]);
    expect(letters).toMatchObject([{ record: { eventName: 'INSERT' } }]);
  });
});
