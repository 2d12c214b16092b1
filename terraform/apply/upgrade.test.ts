import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod } from '../environments/prod/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { useAccount } from './applied-fixture.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { protectedChanges } from './planned-change.ts';

const account = useAccount();

/** The stack of prod as it was before the first release, with the bundles of today. */
function earlier(): TerraformDocument {
  const text = readFileSync(join(import.meta.dirname, 'releases/before-0.1.0-prod.tf.json'), 'utf8');
  return JSON.parse(text, (key, value: unknown) =>
    key === 'filename' ? join(account.dist, String(value).replace('../dist/', '')) : value,
  ) as TerraformDocument;
}

beforeAll(async () => {
  const { workspace } = account;
  await account.emulator.makeBucket('example-cloakroom-state-prod');
  workspace.write(earlier());
  await workspace.init();
  await workspace.apply();
});

describe('a stack from before the first release', () => {
  it('becomes that of today, and loses no table, key, queue, role or security group', async () => {
    account.workspace.write(account.stackOf(prod));
    const changes = await account.workspace.plan();
    expect(changes.length).toBeGreaterThan(SECOND_PLAN.length);
    expect(protectedChanges(changes)).toEqual([]);
    await account.workspace.applyPlan();
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });
});
