import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkWrites } from '@cloakroom/aws/dynamodb';
import { userKey } from '@cloakroom/core';
import { createEventWriter } from '@cloakroom/events';
import { createFollowUps, createSessionStore, readErasures } from '@cloakroom/sessions';
import {
  aPolicy,
  createTestTable,
  METERED,
  markByWebApp,
  meteredDynamoDb,
  newUser,
  recordTelemetry,
  STORE_RULES,
  signInAtWebApp,
  testDynamoDb,
} from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordChanges } from './record-changes.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { batchGet: look, get, put, transaction, update } = METERED;

const DAY = 86_400;
const START = 1_780_000_000;
const nowMs = () => START * 1000;
const real = testDynamoDb();
const { dynamodb, takeRequests } = meteredDynamoDb(real);
let sessionsTable: string;
let handle: ReturnType<typeof recordChanges>;
beforeAll(async () => {
  sessionsTable = await createTestTable(real, 'sessions');
  const eventsTable = await createTestTable(real, 'events');
  handle = recordChanges({
    events: createEventWriter('system', { items: sdkWrites(dynamodb), table: eventsTable, retentionSeconds: 90 * DAY }),
    readErasures: (users) => readErasures({ items: sdkWrites(dynamodb), table: sessionsTable }, users),
    followUps: createFollowUps({ ...STORE_RULES, dynamodb, table: sessionsTable, nowMs }),
    deadLetters: { send: () => Promise.reject(new Error('not to be sent')) },
    nowMs,
    telemetry: recordTelemetry(),
  });
});
afterAll(() => real.destroy());

/** The record of a session's beginning, as it stands in the table's stream. */
async function aBeginning() {
  const { createRecord } = createSessionStore({ ...STORE_RULES, dynamodb: real, table: sessionsTable, nowMs });
  const user = newUser();
  const client = { ip: '', userAgent: '' };
  const { session } = await createRecord({ user, clientId: 'batch', client, policy: aPolicy() });
  const Keys = { user_key: { S: userKey(user) }, item: { S: `SESSION#${session.id}` } };
  const { Item: NewImage } = await real.send(new GetItemCommand({ TableName: sessionsTable, Key: Keys }));
  return { eventName: 'INSERT', dynamodb: { SequenceNumber: session.id, Keys, NewImage } };
}

/** The same of a session of a web app; or of its app's mark, that it has ended. */
async function ofWebApp(eventName: 'INSERT' | 'MODIFY') {
  const session = await signInAtWebApp(real, sessionsTable, { user: newUser(), nowSeconds: START });
  const { user, id } = session;
  if (eventName === 'MODIFY') await markByWebApp(real, sessionsTable, { user, id, reason: 'logout', atSeconds: START });
  const Keys = { user_key: { S: userKey(user) }, item: { S: `SESSION#${id}` } };
  return { eventName, dynamodb: { SequenceNumber: id, Keys, NewImage: await session.entry() } };
}

async function costOf(...Records: object[]) {
  expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  return takeRequests();
}

describe('a change of a session', () => {
  it('is one write, and a look at the mark of an erasure before and after it', async () => {
    expect(await costOf(await aBeginning())).toEqual([look(1), put, look(1)]);
  });

  it('is the same again when it comes twice: the write is refused', async () => {
    const beginning = await aBeginning();
    await costOf(beginning);
    const refused = { name: 'PutItemCommand', error: 'ConditionalCheckFailedException' };
    expect(await costOf(beginning)).toEqual([look(1), refused, look(1)]);
  });

  it('is one write in a batch, which looks at the marks of all its users by one request before and one after', async () => {
    const beginnings = await Promise.all([aBeginning(), aBeginning(), aBeginning()]);
    expect(await costOf(...beginnings)).toEqual([look(3), put, put, put, look(3)]);
  });

  it('of a web app is two reads and a write more when it begins, and again two reads', async () => {
    const beginning = await ofWebApp('INSERT');
    expect(await costOf(beginning)).toEqual([get, get, update, look(1), put, look(1)]);
    const again = (await costOf(beginning)).filter(({ error }) => error === undefined);
    expect(again).toEqual([get, get, look(1), look(1)]);
  });

  it('of a web app is a read and a transaction of two when its app has ended it', async () => {
    expect(await costOf(await ofWebApp('MODIFY'))).toEqual([get, transaction(2)]);
  });

  it('is nothing when it is a touch', async () => {
    const { dynamodb: change } = await aBeginning();
    const OldImage = { ...change.NewImage, last_seen_at: { N: String(START - 300) } };
    expect(await costOf({ eventName: 'MODIFY', dynamodb: { ...change, OldImage } })).toEqual([]);
  });
});
