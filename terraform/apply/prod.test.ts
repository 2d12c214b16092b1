import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsCliIsInstalled, type PageRun, pageBlocks, runPage } from '@cloakroom/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod as plainProd } from '../environments/prod/environment.ts';
import { withAttachedApis } from '../testing/attached-environment.ts';
import { withFunctions } from '../testing/functions-environment.ts';
import { withWebApps } from '../testing/web-apps-environment.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { PROTECTED_IN_PROD, refusedToDestroy } from './destroy-protection.ts';
import { differences } from './differences.ts';
import { expectedProd } from './expected/expected.ts';
import { ROLES_OF_WEB_APPS } from './expected/web-apps.ts';
import { EXPECTED_WILDCARDS } from './expected/wildcards.ts';
import { EXPECTED_REPLACEMENTS } from './field-changes.ts';
import { walkFields } from './field-walk.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { readBack } from './read-back/read-back.ts';
import { wildcardsIn } from './read-back/wildcards.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const RUNBOOKS_WITH_AWS = globSync('runbooks/*.md', { cwd: DOCS })
  .map((file) => file.replace('.md', ''))
  .filter((name) => pageBlocks(pageOf(name)).some(({ onAwsOnly }) => onAwsOnly !== undefined));

const account = useAccount();
/** Asked by APIs that exist already too, with settings of single functions, and with web apps that have their sessions there. */
const prod = withWebApps(withFunctions(withAttachedApis(plainProd)));

beforeAll(async () => {
  const { workspace } = account;
  await account.emulator.makeBucket('example-cloakroom-state-prod');
  for (const role of ROLES_OF_WEB_APPS) await account.emulator.makeRole(role);
  workspace.write(account.stackOf(prod));
  await workspace.init();
  await workspace.apply();
});

function pageOf(name: string): string {
  return readFileSync(join(DOCS, `${name}.md`), 'utf8');
}

/** Runs the commands of a page in the folder of prod, for which this emulator stands. */
function inFolder(): PageRun {
  const { emulator, workspace } = account;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TERRAFORM: REAL_PARTS.terraform,
    CHECKPOINT_DISABLE: '1',
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: prod.region,
    AWS_PAGER: '',
  };
  return { cwd: workspace.folder, env, replacements: { 'terraform output': '"$TERRAFORM" output' } };
}

describe('prod, applied by Terraform', () => {
  it('has nothing more to change but what the emulator tells in other words', async () => {
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });

  it('stands as it is written down for people, with nothing more and nothing less', async () => {
    const standing = await readBack(account.emulator.url, 'prod');
    expect(differences(standing, expectedProd(account.runtime))).toEqual([]);
    expect(differences(wildcardsIn(standing), EXPECTED_WILDCARDS)).toEqual([]);
  });

  (awsCliIsInstalled() ? it : it.skip)(
    'gives every answer that docs/vpc-credentials.md tells, in its folder',
    async () => {
      const steps = await runPage(pageOf('vpc-credentials'), inFolder());
      expect(steps.length).toBeGreaterThan(12);
      // It answers at all, and an end-to-end test looks for lines that are there.
      expect(steps.filter(({ expected }) => expected === undefined).map(({ commands }) => commands)).toEqual([
        expect.stringContaining('filter-log-events'),
      ]);
    },
  );

  it('loses no table, key, queue, role or security group by a change of a field, but where a list says why', async () => {
    const expected = Object.entries(EXPECTED_REPLACEMENTS).map(([path, { changes }]) => [path, changes] as const);
    expect(await walkFields(account, prod)).toEqual(Object.fromEntries(expected));
  });

  it('cannot be destroyed', async () => {
    account.workspace.write(account.stackOf(prod));
    const { code, output } = await account.workspace.run('destroy', '-no-color', '-auto-approve', '-refresh=false');
    expect(code).toBe(1);
    expect(refusedToDestroy(output)).toEqual(PROTECTED_IN_PROD);
    expect(await account.workspace.plan({ refresh: false })).toEqual(SECOND_PLAN);
  });

  // Last: some of them change what stands. What is not for AWS alone, packages/testing/e2e/runbooks.proof.test.ts runs.
  (awsCliIsInstalled() ? it : it.skip).each(RUNBOOKS_WITH_AWS)(
    'takes the commands of %s that are for AWS alone',
    async (name) => {
      const steps = await runPage(pageOf(name), { ...inFolder(), blocks: 'aws' });
      expect(steps.length).toBeGreaterThan(0);
    },
  );
});
