import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonText, userKey } from '@cloakroom/core';
import { createSessionStore, readFollowUp, readSessionChange, SESSION_CHANGE_PATTERNS } from '@cloakroom/sessions';
import {
  aPolicy,
  aSignIn,
  createTestTable,
  markByWebApp,
  newUser,
  STORE_RULES,
  signInAtWebApp,
  testDynamoDb,
} from '@cloakroom/testing';
import { followTestTable, streamFilter } from '@cloakroom/testing/streams';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type PlacedRecord, parseRecord } from './parse-batch.ts';

const passes = streamFilter(SESSION_CHANGE_PATTERNS);
const dynamodb = testDynamoDb();
afterAll(() => dynamodb.destroy());

/** Whether record-changes does anything with a record: writes an event, follows an app up, or sends what it does not understand to the dead letters. */
function matters(record: PlacedRecord): boolean {
  try {
    const change = parseRecord(record);
    return readSessionChange(change) !== undefined || readFollowUp(change) !== undefined;
  } catch {
    return true;
  }
}

describe('the filter of the stream', () => {
  const ITEMS = [
    'SESSION#x',
    'SESSION#',
    'ENDED#x',
    'ENDED#',
    'DATA#x',
    'BURNT#x',
    'PROVIDER_TOKENS#x',
    'USER',
    'SID',
    'WEB',
  ];
  const OTHERS = ['KEYS', 'FLOW', 'LATER#x', 'SESSIONS#x', 'session#x', ''];
  const IMAGES = { INSERT: ['NewImage'], MODIFY: ['OldImage', 'NewImage'], REMOVE: ['OldImage'] } as const;
  const FIELDS = [
    {},
    { without_session: { BOOL: true } },
    { kind: { S: 'later' } },
    { web_hash: { S: 'x' } },
    { web_ended_as: { S: 'logout' }, web_ended_at: { N: '1' } },
  ];
  const BY_TTL = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

  const records = [...ITEMS, ...OTHERS].flatMap((item) =>
    Object.entries(IMAGES).flatMap(([eventName, images]) =>
      [undefined, BY_TTL].flatMap((userIdentity) =>
        FIELDS.map((fields) => {
          const Keys = { user_key: { S: 'U#pool#ann' }, item: { S: item } };
          const image = { ...Keys, ...fields };
          const told = Object.fromEntries(images.map((name) => [name, image]));
          return { eventName, userIdentity, dynamodb: { SequenceNumber: '1', Keys, ...told } };
        }),
      ),
    ),
  );

  it('passes over nothing that record-changes does anything with', () => {
    expect(records.filter(matters).length).toBeGreaterThan(10);
    expect(records.filter((record) => matters(record) && !passes(record))).toEqual([]);
  });

  const isMarked = ({ dynamodb }: (typeof records)[number]) => JSON.stringify(dynamodb).includes('web_ended_as');

  it('passes over every change of an item that is there before and after, and everything that is no session and no end', () => {
    const woken = records.filter((record) => passes(record) && !(isMarked(record) && record.eventName === 'MODIFY'));
    expect(new Set(woken.map(({ eventName, dynamodb: { Keys } }) => `${eventName} ${Keys.item.S}`))).toEqual(
      new Set([
        'INSERT SESSION#x',
        'INSERT SESSION#',
        'INSERT ENDED#x',
        'INSERT ENDED#',
        'REMOVE SESSION#x',
        'REMOVE SESSION#',
      ]),
    );
  });

  it('wakes record-changes for a session that an app has marked as ended, and for no other item that is marked so', () => {
    const woken = records.filter((record) => passes(record) && isMarked(record) && record.eventName === 'MODIFY');
    expect(new Set(woken.map(({ dynamodb: { Keys } }) => Keys.item.S))).toEqual(new Set(['SESSION#x', 'SESSION#']));
  });

  it('wakes record-changes for what begins and ends a session, and for no touch and no other write', async () => {
    const table = await createTestTable(dynamodb, 'sessions', { stream: true });
    let now = 1_780_000_000;
    const store = createSessionStore({ ...STORE_RULES, dynamodb, table, nowMs: () => now * 1000 });
    const all: PlacedRecord[] = [];
    const woken: PlacedRecord[] = [];
    const following = [[all, []] as const, [woken, SESSION_CHANGE_PATTERNS] as const].map(([seen, patterns]) =>
      followTestTable({
        table,
        patterns,
        checkpointsDir: mkdtempSync(join(tmpdir(), 'cloakroom-filter-')),
        async handle(event) {
          seen.push(...(event as { Records: PlacedRecord[] }).Records);
          return { batchItemFailures: [] };
        },
      }),
    );
    const [user, last] = [newUser(), newUser()];
    const login = aSignIn({ user, authTime: now });
    const { session } = await store.create({ login, client: { ip: '', userAgent: '' }, policy: aPolicy() });
    for (let round = 0; round < 3; round += 1) {
      now += 400;
      await store.touch(session);
    }
    for (const value of [1, 2])
      await store.replaceData({ user, id: session.id, version: undefined, value: jsonText({ value }) });
    await store.revoke(session);
    const atApp = await signInAtWebApp(dynamodb, table, { user, nowSeconds: now });
    await markByWebApp(dynamodb, table, { user, id: atApp.id, reason: 'logout', atSeconds: now });
    const end = aSignIn({ user: last, authTime: now });
    await store.create({ login: end, client: { ip: '', userAgent: '' }, policy: aPolicy() });
    const isOfLast = (record: PlacedRecord) => JSON.stringify(record).includes(userKey(last));
    while (!all.some(isOfLast) || !woken.some(isOfLast)) await delay(20);
    await Promise.all(following.map(({ stop }) => stop()));
    expect(all.filter(({ eventName }) => eventName === 'MODIFY').length).toBeGreaterThanOrEqual(3);
    expect(all.filter((record) => matters(record) && !passes(record))).toEqual([]);
    const told = woken.map((record) => parseRecord(record)).map(({ name, item }) => `${name} ${item.split('#')[0]}`);
    expect(told.toSorted()).toEqual([
      'INSERT ENDED',
      'INSERT SESSION',
      'INSERT SESSION',
      'INSERT SESSION',
      'MODIFY SESSION',
      'REMOVE SESSION',
    ]);
    expect(all.map((record) => parseRecord(record).item)).toContain('WEB');
  });
});
