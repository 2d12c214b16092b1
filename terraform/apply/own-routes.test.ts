import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { fakeZip } from '../testing/synthesized.ts';
import { useAccount } from './applied-fixture.ts';
import { differences } from './differences.ts';
import { expectedForOwnRoutes } from './expected/own-routes.ts';
import { SECOND_PLAN, withoutKnownDifferences } from './known-differences.ts';
import { readBack } from './read-back/read-back.ts';

const account = useAccount();
const without = { ...dev, accountId: prod.accountId };
const environment = withOwnRoutes(without);
let before: unknown;

beforeAll(async () => {
  await readBack(account.emulator.url, 'dev');
  before = await account.emulator.inventory();
  account.workspace.write(account.stackOf(environment));
  await account.workspace.init();
  await account.workspace.apply();
});

describe("dev with routes of a team's, applied by Terraform", () => {
  it('has nothing more to change but what the emulator tells in other words', async () => {
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });

  it('has the functions, their roles and their routes as they are written down for people', async () => {
    const standing = await readBack(account.emulator.url, 'dev');
    const expected = expectedForOwnRoutes(account.runtime);
    expect(differences(named(standing, expected), expected)).toEqual([]);
  });

  it('tells their names', async () => {
    const told = await account.workspace.succeed('output', '-json', 'OwnFunctionNames');
    expect(JSON.parse(told)).toEqual({ orders: 'cloakroom-dev-orders', 'price-list': 'cloakroom-dev-price-list' });
  });

  it('touches, for a changed handler, that function and its alias alone', async () => {
    writeFileSync(join(account.dist, 'own/orders.zip'), fakeZip('changed'));
    account.workspace.write(account.stackOf(environment));
    const planned = withoutKnownDifferences(await account.workspace.plan());
    expect(planned.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'update aws_lambda_alias.own_orders',
      'update aws_lambda_function.own_orders',
    ]);
  });

  it('loses all of them, and nothing else, when the team has them elsewhere', async () => {
    account.workspace.write(account.stackOf(without));
    const planned = await account.workspace.plan();
    const gone = planned.filter(({ action }) => action === 'delete').map(({ address }) => address);
    const golden = readFileSync(join(import.meta.dirname, '../golden/own-routes.txt'), 'utf8');
    expect(gone.toSorted()).toEqual(golden.trim().split('\n').toSorted());
    expect(planned.filter(({ action }) => action === 'replace' || action === 'create')).toEqual([]);
    account.workspace.write(account.stackOf(environment));
  });

  it('leaves nothing when it is destroyed', async () => {
    await account.workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await account.emulator.inventory()).toEqual(before);
  });
});

/** As much of what stands as there is something to say about. */
function named(standing: unknown, expected: unknown): unknown {
  if (typeof standing !== 'object' || standing === null || Array.isArray(standing)) return standing;
  const there = Object.entries(standing).filter(([key]) => Object.hasOwn(expected as object, key));
  return Object.fromEntries(
    there.map(([key, value]) => [key, named(value, (expected as Record<string, unknown>)[key])]),
  );
}
