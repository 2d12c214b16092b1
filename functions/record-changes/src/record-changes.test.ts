import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkWrites } from '@cloakroom/aws/dynamodb';
import { type User, userKey, uuidv7Ms } from '@cloakroom/core';
import { createEventReader, createEventWriter, type EventWriter, type StoredEvent } from '@cloakroom/events';
import {
  createFollowUps,
  createSessionStore,
  publicSessionId,
  readErasures,
  SESSION_CHANGE_PATTERNS,
} from '@cloakroom/sessions';
import {
  aPolicy,
  aSignIn,
  createTestTable,
  newUser,
  recordTelemetry,
  STORE_RULES,
  testCursors,
  testDynamoDb,
} from '@cloakroom/testing';
import { followTestTable } from '@cloakroom/testing/streams';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordChanges } from './record-changes.ts';

const DAY = 86_400;
const START = 1_780_000_000;
const POLICY = aPolicy({ maxSessionsPerUser: 2 });

const dynamodb = testDynamoDb();
let sessionsTable: string;
let eventsTable: string;
let nowSeconds = START;
let followers: ReturnType<typeof followTestTable>[] = [];

beforeEach(async () => {
  nowSeconds = START;
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

const nowMs = () => nowSeconds * 1000;
const newFolder = () => mkdtempSync(join(tmpdir(), 'cloakroom-recorder-'));

function sessionStore() {
  return createSessionStore({ ...STORE_RULES, dynamodb, table: sessionsTable, nowMs });
}

async function signIn(user: User) {
  const login = aSignIn({ user, authTime: nowSeconds });
  const { session } = await sessionStore().create({ login, client: { ip: '', userAgent: '' }, policy: POLICY });
  return session;
}

const systemEvents = () =>
  createEventWriter('system', { items: sdkWrites(dynamodb), table: eventsTable, retentionSeconds: 90 * DAY });

function recorder(overrides: Partial<Parameters<typeof recordChanges>[0]> = {}) {
  const telemetry = recordTelemetry();
  const letters: unknown[] = [];
  const deadLetters = {
    async send(change: object) {
      letters.push(JSON.parse(JSON.stringify(change)));
    },
  };
  const deps = {
    events: systemEvents(),
    readErasures: (users: readonly User[]) => readErasures({ items: sdkWrites(dynamodb), table: sessionsTable }, users),
    followUps: createFollowUps({ ...STORE_RULES, dynamodb, table: sessionsTable, nowMs }),
    deadLetters,
    nowMs,
    telemetry,
    ...overrides,
  };
  return { telemetry, letters, handle: recordChanges(deps) };
}

function follow(
  handle: (event: unknown) => Promise<unknown>,
  options: { checkpointsDir?: string; batchSize?: number; maxRetries?: number; patterns?: readonly object[] } = {},
) {
  const patterns = SESSION_CHANGE_PATTERNS;
  const follower = followTestTable({ table: sessionsTable, checkpointsDir: newFolder(), handle, patterns, ...options });
  followers.push(follower);
  return follower;
}

/** Oldest first, as the list has them the other way round. */
async function eventsOf(user: User): Promise<readonly StoredEvent[]> {
  const reader = createEventReader({ dynamodb, table: eventsTable, cursors: testCursors, nowMs });
  return (await reader.listOfUser(user, { limit: 100 })).events.toReversed();
}
const typesOf = async (user: User) => (await eventsOf(user)).map(({ type }) => type);

async function eventually(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const endMs = Date.now() + 45_000; !(await isSo()); await delay(20)) {
    if (Date.now() > endMs) throw new Error('it did not happen within 45 s');
  }
}

/** A change that is only there to be waited for: when it is recorded, all before it has been. */
async function untilCaughtUp(): Promise<void> {
  const last = newUser();
  await signIn(last);
  await eventually(async () => (await eventsOf(last)).length === 1);
}

describe('recordChanges', () => {
  it('tells each beginning and each end of a session once, and no use of it', async () => {
    follow(recorder().handle);
    const user = newUser();
    const store = sessionStore();
    const first = await signIn(user);
    nowSeconds += 400;
    await store.touch(first);
    const second = await signIn(user);
    nowSeconds += 1;
    const third = await signIn(user); // the limit is two: the first must go
    nowSeconds += 1;
    await store.revoke(second);
    await store.revoke(second);
    await eventually(async () => (await eventsOf(user)).length >= 5);
    await untilCaughtUp();
    const told = (await eventsOf(user)).map(({ type, source, data, occurredAt }) => ({
      type,
      source,
      data: JSON.parse(data.text),
      occurredAt,
    }));
    const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString();
    const of = ({ id }: { id: string }) => publicSessionId(user, id);
    const system = { source: 'system' };
    expect(told).toEqual([
      { ...system, type: 'session.created', data: { sessionId: of(first), kind: 'bearer' }, occurredAt: at(0) },
      { ...system, type: 'session.created', data: { sessionId: of(second), kind: 'bearer' }, occurredAt: at(400) },
      { ...system, type: 'session.created', data: { sessionId: of(third), kind: 'bearer' }, occurredAt: at(401) },
      {
        ...system,
        type: 'session.evicted',
        data: { sessionId: of(first), kind: 'bearer', reason: 'evicted' },
        occurredAt: at(401),
      },
      {
        ...system,
        type: 'session.revoked',
        data: { sessionId: of(second), kind: 'bearer', reason: 'revoked' },
        occurredAt: at(402),
      },
    ]);
  });

  it.each(['logout', 'reuse_detected'] as const)('tells of an end by %s by that name', async (reason) => {
    follow(recorder().handle);
    const user = newUser();
    const session = await signIn(user);
    await sessionStore().revoke({ ...session, reason });
    await eventually(async () => (await eventsOf(user)).length === 2);
    const [, end] = await eventsOf(user);
    expect(end).toMatchObject({ type: `session.${reason}`, source: 'system' });
    expect(JSON.parse(end?.data.text ?? '')).toMatchObject({ reason });
  });

  it('shows a session that begins and ends within one second in that order', async () => {
    follow(recorder().handle);
    const user = newUser();
    for (let round = 0; round < 5; round += 1) {
      await sessionStore().revoke(await signIn(user));
    }
    await eventually(async () => (await eventsOf(user)).length === 10);
    const events = await eventsOf(user);
    expect(events.slice(0, 5).every(({ type }) => type === 'session.created')).toBe(true);
    expect(events.every(({ id }) => uuidv7Ms(id) === START * 1000)).toBe(true);
  });

  it('loses nothing and tells nothing twice when it is killed again and again, and batches are replayed', async () => {
    const users = [newUser(), newUser(), newUser()];
    for (const user of users) {
      for (let round = 0; round < 4; round += 1) {
        nowSeconds += 1;
        await signIn(user);
      }
    }
    // Each life of the recorder writes a few events, and dies before it can answer.
    let lives = 0;
    const mortal = async (event: unknown) => {
      lives += 1;
      let strength = lives % 4;
      const death = Promise.withResolvers<never>();
      const put: EventWriter['put'] = async (stored) => {
        if (strength-- > 0) return systemEvents().put(stored);
        death.reject(new Error('killed'));
        return death.promise;
      };
      const { handle } = recorder({ events: { ...systemEvents(), put } });
      return Promise.race([handle(event), death.promise]);
    };
    const checkpointsDir = newFolder();
    const first = follow(mortal, { checkpointsDir, batchSize: 3, maxRetries: 1000 });
    await eventually(() => lives >= 4);
    await first.stop(); // and now with everything around it
    follow(recorder().handle, { checkpointsDir, batchSize: 3 });
    await untilCaughtUp();
    const replay = follow(recorder().handle); // from the beginning, in other batches
    await untilCaughtUp();
    for (const user of users) {
      const types = await typesOf(user);
      expect(types.filter((type) => type === 'session.created')).toHaveLength(4);
      expect(types.filter((type) => type === 'session.evicted')).toHaveLength(2);
      expect(types).toHaveLength(6);
    }
    expect(replay.givenUp).toEqual([]);
  });

  it('writes nothing back of a user who was erased, however often the old stream comes', async () => {
    const [erased, other] = [newUser(), newUser()];
    await signIn(erased);
    await signIn(other);
    await erase(erased);
    nowSeconds += 10;
    await signIn(erased); // the person comes back
    follow(recorder().handle);
    await untilCaughtUp();
    follow(recorder().handle);
    await untilCaughtUp();
    expect((await eventsOf(erased)).map(({ occurredAt }) => occurredAt)).toEqual([
      new Date(nowSeconds * 1000).toISOString(),
    ]);
    expect(await typesOf(other)).toEqual(['session.created']);
  });

  it.each([0, 1, 4])(
    'tells the beginning and the end of a record that is made %d s after an erasure',
    async (seconds) => {
      const user = newUser();
      await signIn(user);
      await erase(user);
      nowSeconds += seconds;
      const { session } = await sessionStore().createRecord({
        user,
        clientId: 'batch',
        client: { ip: '', userAgent: '' },
        policy: POLICY,
      });
      await sessionStore().revoke({ user, id: session.id });
      follow(recorder().handle);
      await eventually(async () => (await eventsOf(user)).length >= 2);
      await untilCaughtUp();
      expect(await typesOf(user)).toEqual(['session.created', 'session.revoked']);
    },
  );

  it('takes back what it has written while the user was being erased', async () => {
    const user = newUser();
    await signIn(user);
    const events = systemEvents();
    const put: EventWriter['put'] = async (event) => {
      await erase(user);
      return events.put(event);
    };
    const { handle, telemetry } = recorder({ events: { ...events, put } });
    follow(handle);
    await eventually(() => telemetry.lines.some(({ fields }) => fields.outcome === 'of an erased user'));
    expect(await eventsOf(user)).toEqual([]);
  });
});

/** Everything of the user goes from the sessions table. */
async function erase(user: User): Promise<void> {
  const store = sessionStore();
  await store.markErased(user);
  while (!(await store.erasePage(user)).isDone);
}

const ALL_RECORDS = { patterns: [] };

interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: Readonly<Record<'user_key' | 'item', { readonly S: string }>> };
}

/** The first records of a user's items, once there are so many. A new follower is told of all that was there before, too. */
async function recordsOf(user: User, change: () => Promise<unknown>, count: number): Promise<readonly StreamRecord[]> {
  const records: StreamRecord[] = [];
  const follower = follow(async (event) => {
    const { Records } = event as { Records: readonly StreamRecord[] };
    records.push(...Records.filter(({ dynamodb: { Keys } }) => Keys.user_key.S === userKey(user)));
    return { batchItemFailures: [] };
  }, ALL_RECORDS);
  await change();
  await eventually(() => records.length >= count);
  await follower.stop();
  return records;
}

describe('a deletion', () => {
  const BY_TTL = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

  const deletions = async (user: User, ...items: string[]) => {
    const records = await recordsOf(
      user,
      async () => {
        for (const item of items) {
          const Key = { user_key: { S: userKey(user) }, item: { S: item } };
          await dynamodb.send(new PutItemCommand({ TableName: sessionsTable, Item: Key }));
          await dynamodb.send(new DeleteItemCommand({ TableName: sessionsTable, Key }));
        }
      },
      2 * items.length,
    );
    return records.filter(({ eventName }) => eventName === 'REMOVE');
  };

  it('by TTL tells that a session expired, when it did and not when it was deleted', async () => {
    const user = newUser();
    const records = await recordsOf(
      user,
      async () => {
        const { id } = await signIn(user);
        const Key = { user_key: { S: userKey(user) }, item: { S: `SESSION#${id}` } };
        await dynamodb.send(new DeleteItemCommand({ TableName: sessionsTable, Key }));
      },
      3,
    );
    const Records = records
      .filter(({ eventName }) => eventName === 'REMOVE')
      .map((record) => ({ ...record, userIdentity: BY_TTL }));
    nowSeconds += 40 * DAY;
    const { handle } = recorder();
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
    const expiredAt = START + 10 * DAY + 300;
    expect(await eventsOf(user)).toMatchObject([
      {
        type: 'session.expired',
        data: { text: expect.stringContaining('"kind":"bearer","reason":"expired"') },
        occurredAt: new Date(expiredAt * 1000).toISOString(),
        receivedAt: new Date(nowSeconds * 1000).toISOString(),
      },
    ]);
  });

  it('by TTL of any other item is nothing', async () => {
    const user = newUser();
    const removals = await deletions(user, 'ENDED#x', 'DATA#x', 'USER', 'TOKENS#x', 'BURNT#x');
    const Records = removals.map((record) => ({ ...record, userIdentity: BY_TTL }));
    expect(Records).toHaveLength(5);
    expect(await recorder().handle({ Records })).toEqual({ batchItemFailures: [] });
    expect(await eventsOf(user)).toEqual([]);
  });

  it('by anybody else is nothing, even of a session: its end is told by its marker, or it was erased', async () => {
    const user = newUser();
    const [record] = await deletions(user, 'SESSION#x');
    const others = [
      undefined,
      null,
      { type: 'Service', principalId: 'other' },
      { type: 'User', principalId: BY_TTL.principalId },
    ];
    const Records = others.map((userIdentity) => ({ ...record, userIdentity }));
    expect(await recorder().handle({ Records })).toEqual({ batchItemFailures: [] });
  });
});

describe('a record that is not understood', () => {
  const Keys = { user_key: { S: 'U#pool#ann' }, item: { S: 'SESSION#x' } };
  const good = { eventName: 'MODIFY', dynamodb: { Keys, SequenceNumber: '1' } };
  const ofItem = (item: string) => ({ Keys: { ...Keys, item: { S: item } }, SequenceNumber: '7' });

  it.each([
    ['an unknown kind of change', { ...good, eventName: 'TRUNCATE' }],
    ['no keys', { ...good, dynamodb: { Keys: {} } }],
    ['a new session without its image', { eventName: 'INSERT', dynamodb: { Keys } }],
    ['an image that is no object', { eventName: 'INSERT', dynamodb: { Keys, NewImage: [] } }],
    ['an image of an unknown type', { eventName: 'INSERT', dynamodb: { Keys, NewImage: { canary: { X: 'canary' } } } }],
    ['a session that is none of ours', { eventName: 'INSERT', dynamodb: { Keys, NewImage: Keys } }],
    ['an end that is none of ours', { eventName: 'INSERT', dynamodb: { ...ofItem('ENDED#x'), NewImage: Keys } }],
    [
      'an image of another type than its values',
      { eventName: 'INSERT', dynamodb: { Keys, NewImage: { a: { N: {} } } } },
    ],
    ['an end without an id', { eventName: 'INSERT', dynamodb: { ...ofItem('ENDED#'), NewImage: Keys } }],
  ])('goes to the dead letters at once, whole, and holds nobody up: with %s', async (_, record) => {
    const { handle, telemetry, letters } = recorder();
    const poison = { ...record, dynamodb: { ...record.dynamodb, SequenceNumber: '7' } };
    expect(await handle({ Records: [good, poison, good] })).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual([{ reason: expect.any(String), record: JSON.parse(JSON.stringify(poison)) }]);
    expect(telemetry.lines).toMatchObject([
      { level: 'error', code: 'change.malformed', fields: { sequenceNumber: '7' } },
    ]);
    expect(telemetry.counts).toEqual([{ metric: 'ChangesMalformed', dimensions: {} }]);
    expect(JSON.stringify(telemetry.lines)).not.toContain('canary');
    expect(JSON.stringify(letters[0])).not.toContain('"reason":"canary');
  });

  it('stands in the way of nothing in its shard', async () => {
    const user = newUser();
    await signIn(user);
    const junk = { user_key: { S: userKey(user) }, item: { S: 'SESSION#later' }, kind: { S: 'ticket' } };
    await dynamodb.send(new PutItemCommand({ TableName: sessionsTable, Item: junk }));
    await signIn(user);
    const { handle, letters } = recorder();
    const follower = follow(handle, { maxRetries: 0 });
    await untilCaughtUp();
    await eventually(() => letters.length > 0);
    expect(await typesOf(user)).toEqual(['session.created', 'session.created']);
    expect(follower.givenUp).toEqual([]);
    expect(letters).toMatchObject([{ record: { eventName: 'INSERT', dynamodb: { NewImage: junk } } }]);
  });

  const poisonAt = (SequenceNumber: string) => ({ eventName: 'TRUNCATE', dynamodb: { Keys, SequenceNumber } });
  const failures = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

  it('is reported when it cannot be sent, and comes again', async () => {
    const send = () => Promise.reject(new Error('unreachable'));
    const { handle, telemetry } = recorder({ deadLetters: { send } });
    expect(await handle({ Records: [good, poisonAt('7')] })).toEqual(failures('7'));
    expect(telemetry.lines.map(({ code }) => code)).toEqual(['change.malformed', 'change.not_given_up']);
  });

  it('is sent once, though its batch comes again for the failure of another before it', async () => {
    const user = newUser();
    await signIn(user);
    const records = await recordsOf(user, async () => undefined, 2);
    const beginning = records.find(({ dynamodb: { Keys } }) => Keys.item.S.startsWith('SESSION#'));
    let isDown = true;
    const events = systemEvents();
    const put: EventWriter['put'] = async (event) => (isDown ? Promise.reject(new Error('down')) : events.put(event));
    const { handle, letters } = recorder({ events: { ...events, put } });
    const Records = [poisonAt('1'), beginning, poisonAt('9')];
    const { itemIdentifier = '' } = (await handle({ Records })).batchItemFailures[0] ?? {};
    expect(letters).toMatchObject([{ record: poisonAt('1') }]);
    isDown = false;
    expect(itemIdentifier).not.toBe('');
    expect(await handle({ Records: Records.slice(1) })).toEqual(failures());
    expect(letters).toMatchObject([{ record: poisonAt('1') }, { record: poisonAt('9') }]);
  });

  it('is not sent again when it comes from there: its letter stays', async () => {
    const { handle, letters, telemetry } = recorder();
    expect(await handle({ Records: [good, poisonAt('7')], redrive: true })).toEqual(failures('7'));
    expect(letters).toEqual([]);
    expect(telemetry.lines.map(({ code }) => code)).toEqual(['change.malformed']);
  });

  it.each([
    [undefined],
    [{}],
    [{ Records: [{ messageId: 'm', body: '{}' }] }],
    [{ Records: [{ ...good, dynamodb: { ...good.dynamodb, SequenceNumber: '' } }] }],
  ])('fails the whole batch when it cannot be named: %j', async (batch) => {
    await expect(recorder().handle(batch)).rejects.toMatchObject({ code: 'MALFORMED', field: 'event' });
  });
});

describe('a failure of a table', () => {
  it('is reported for each change, and none is taken for recorded', async () => {
    const put = async () => Promise.reject(new Error('throttled'));
    const { handle, telemetry } = recorder({ events: { put, remove: async () => undefined } });
    const seen: unknown[] = [];
    follow(async (event) => {
      const answer = await handle(event);
      seen.push(answer);
      return answer;
    });
    await signIn(newUser());
    await eventually(() => seen.length > 0);
    expect(seen[0]).toMatchObject({ batchItemFailures: [{ itemIdentifier: expect.any(String) }] });
    expect(telemetry.lines[0]).toMatchObject({ code: 'change.failed', fields: { error: { message: 'throttled' } } });
  });

  it('is never taken for a user who was not erased', async () => {
    const { handle } = recorder({ readErasures: async () => Promise.reject(new Error('unreachable')) });
    const answers: unknown[] = [];
    const user = newUser();
    follow(async (event) => {
      answers.push(await handle(event));
      return answers.at(-1);
    });
    await signIn(user);
    await eventually(() => answers.length > 0);
    expect(await eventsOf(user)).toEqual([]);
  });
});
