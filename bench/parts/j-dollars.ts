import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sdkWrites } from '@cloakroom/aws/dynamodb';
import { jsonText, type User, uuidv7 } from '@cloakroom/core';
import { createEventReader, createEventWriter, putUnlessErased } from '@cloakroom/events';
import { readErasures } from '@cloakroom/sessions';
import { meteredDynamoDb, newUser, STORE_RULES, testCursors } from '@cloakroom/testing';
import type { Part, Row } from '../../scripts/bench-part.ts';
import { newCreation, startTables, storeOn, type Tables } from '../sessions/start-store.ts';

/** The prices are written down there alone. */
const COST_PAGE = join(import.meta.dirname, '../../docs/cost.md');
const BATCH = 10;
const PAGE = 20;

export const part: Part = {
  letter: 'j',
  title: 'DynamoDB, in dollars',
  measures:
    'A million of each operation, by the units that DynamoDB Local counts (of transactions and of batches of reads, by how many items they name) and ' +
    'the list prices of docs/cost.md, where the other services are added.',
  run,
};

async function run(): Promise<readonly Row[]> {
  const page = readFileSync(COST_PAGE, 'utf8');
  const prices = { read: priceIn(page, 'Read request units'), write: priceIn(page, 'Write request units') };
  const tables = await startTables();
  const meter = meteredDynamoDb(tables.dynamodb);
  try {
    const rows: Row[] = [];
    for (const { name, each = 1, work } of await operationsOn(tables, meter.dynamodb)) {
      await meter.takeRequests();
      await work();
      const { reads, writes } = unitsOf(await meter.takeRequests());
      const dollars = (reads * prices.read + writes * prices.write) / each;
      const units = `${reads / each} read and ${writes / each} write units`;
      rows.push({
        name: `${name}: ${units}`,
        unit: '$/million',
        median: dollars,
        q1: dollars,
        q3: dollars,
        ratios: [],
      });
    }
    return rows;
  } finally {
    await tables.stop();
  }
}

interface Operation {
  readonly name: string;
  readonly work: () => Promise<unknown>;
  /** How many operations the work is; 1 if absent. */
  readonly each?: number;
}

/** In an order in which each finds what it needs. */
async function operationsOn(tables: Tables, dynamodb: Pick<Tables['dynamodb'], 'send'>): Promise<readonly Operation[]> {
  const store = storeOn(tables, dynamodb);
  const [user, listed, known] = [newUser(), newUser(), newUser()];
  const { session: touchable } = await store.create(newCreation({ user: listed }));
  for (let index = 1; index < 10; index += 1) await store.create(newCreation({ user: listed }));
  // Reads of nothing cost less here than on AWS.
  for (const one of [user, known]) await store.create(newCreation({ user: one }));
  const request = newCreation({ user });
  const bySid = newCreation({ user: known, claim: 'sid', sidHash: 'BBBBBBBBBBBBBBBBBBBBBB' });
  const session = { user, id: request.login.loginId };
  const later = storeOn(tables, dynamodb, () => Date.now() + 2 * STORE_RULES.idle.touchIntervalSeconds * 1000);
  const events = eventsOn(tables, dynamodb);
  await events.store(Array(PAGE).fill(listed));
  return [
    { name: 'creation', work: () => store.create(request) },
    { name: 'creation, login known by `sid`', work: () => store.create(bySid) },
    { name: 'authorization', work: () => store.get(user, session.id) },
    { name: 'touch', work: () => later.touch(touchable) },
    { name: 'list of ten sessions', work: () => store.list(listed) },
    { name: 'revocation', work: () => store.revoke(session) },
    { name: 'event', work: () => events.store([newUser()]) },
    {
      name: 'event, one of ten of a user in a batch',
      each: BATCH,
      work: () => events.store(Array(BATCH).fill(listed)),
    },
    { name: 'page of twenty events', work: () => events.list(listed) },
  ];
}

function eventsOn({ sessions, events: table }: Tables, dynamodb: Pick<Tables['dynamodb'], 'send'>) {
  const writer = createEventWriter('client', { items: sdkWrites(dynamodb), table, retentionSeconds: 86_400 });
  const reader = createEventReader({ dynamodb, table, cursors: testCursors, nowMs: Date.now });
  return {
    async store(users: readonly User[]) {
      const at = Math.floor(Date.now() / 1000);
      const time = new Date(at * 1000).toISOString();
      const event = { type: 'cart.paid', data: jsonText({ cart: 'c-1' }), occurredAt: time, receivedAt: time };
      const batch = users.map((user) => ({ at, event: { ...event, user, id: uuidv7(Date.now()) } }));
      await putUnlessErased(batch, writer, (some) =>
        readErasures({ items: sdkWrites(dynamodb), table: sessions }, some),
      );
    },
    list: (user: User) => reader.listOfUser(user, { limit: PAGE }),
  };
}

type Requests = Awaited<ReturnType<ReturnType<typeof meteredDynamoDb>['takeRequests']>>;

/** A write or a check of a transaction costs two units. */
function unitsOf(requests: Requests): { readonly reads: number; readonly writes: number } {
  const isRead = (name: string) => /^(?:GetItem|Query|BatchGetItem)Command$/.test(name);
  const sum = (some: Requests) =>
    some.reduce((units, { capacityUnits, reads, writes = 0 }) => units + (capacityUnits ?? reads ?? 2 * writes), 0);
  return {
    reads: sum(requests.filter(({ name }) => isRead(name))),
    writes: sum(requests.filter(({ name }) => !isRead(name))),
  };
}

/** @throws Error when the page has no such price */
function priceIn(page: string, what: string): number {
  const [, price] = new RegExp(`^\\| ${what} \\| \\$([\\d.]+) \\|`, 'm').exec(page) ?? [];
  if (price === undefined) throw new Error(`${COST_PAGE} has no price of “${what}”`);
  return Number(price);
}
