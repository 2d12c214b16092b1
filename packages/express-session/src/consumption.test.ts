import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { countedClient, startCountedApp } from './consumption-fixture.ts';

const PAGE = join(import.meta.dirname, '../../../docs/express.md');
const [SMALL, LARGE] = [1024, 60 * 1024] as const;
/** Of an item besides what the app keeps in its session: enough for all of it. */
const REST = 600;
const real = testDynamoDb();
let table: string;

beforeAll(async () => {
  table = await createTestTable(real, 'sessions');
});
afterAll(() => real.destroy());

const TOUCH = 'The same, its use written down';
/** In turn, by one browser. */
const OPERATIONS = [
  ['Request of nobody that begins a session', '/anonymous'],
  ['Sign-in of somebody who had one', '/sign-in'],
  ['Request that changes nothing', '/'],
  [TOUCH, '/'],
  ['Request that changes one key', '/change'],
  ['Sign-out', '/sign-out'],
] as const;

/** Read and write units of each operation, with sessions of so many bytes. */
async function consumed(bytes: number): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  // In an app that writes down every use, a request that changes nothing shows what that costs.
  for (const touchAfter of [0, undefined]) {
    const { client, takeUnits } = countedClient(real);
    const prefix = `${bytes} ${touchAfter}:`;
    const app = await startCountedApp({ table, issuer: 'app-shop', client, prefix, touchAfter }, bytes - REST);
    for (const [what, path] of OPERATIONS) {
      await app.ask(path);
      const { read, write } = takeUnits();
      if ((what === TOUCH) === (touchAfter === 0)) found.set(what, `${read} | ${write}`);
    }
    await app.stop();
  }
  return found;
}

it('docs/express.md tells what a request consumes, with small sessions and with large ones', async () => {
  const [small, large] = [await consumed(SMALL), await consumed(LARGE)];
  const rows = OPERATIONS.map(([what]) => `| ${what} | ${small.get(what)} | ${large.get(what)} |`);
  const [, section = ''] = readFileSync(PAGE, 'utf8').split('\n## What it costs\n');
  const told = section
    .split('\n## ', 1)[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| '));
  // Below the names of the columns.
  expect(told?.slice(1)).toEqual(rows);
});
