import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPage } from '@cloakroom/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readChanges } from '../../plan/planned-changes.ts';
import { withoutKnownDifferences } from '../known-differences.ts';
import { ACCOUNT_ID, useInstallation } from './installation.ts';
import { startUserPools, type UserPools } from './user-pools.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/deploying.md'), 'utf8');
const [way = '', end = ''] = (page.split('\n## From zero\n')[1] ?? '').split('\n## ')[0]?.split('\n**8.') ?? [];
/** Where the emulated account's people sign in, there is no token that the local AWS takes: it has a provider of its own. */
const TOKEN = '--query AuthenticationResult.AccessToken --output text)';
const PLAN = 'terraform -chdir=terraform/environments/trial plan -input=false';

const installation = useInstallation();
let pools: UserPools | undefined;
beforeAll(async () => {
  pools = await startUserPools(join(installation.folder, '.local/installation'));
});
afterAll(() => pools?.stop());

it('the page leads a stranger from an account with nothing in it to a request that is let in, and an empty plan', async () => {
  const { folder, env, local, proxy } = installation;
  const variables = Object.entries(pools?.variables ?? {}).map(([name, value]) => `${name}=${value}`);
  const steps = await runPage(way, {
    cwd: folder,
    env,
    replacements: {
      '111122223333': ACCOUNT_ID,
      'scripts/configure trial': `${variables.join(' ')} scripts/configure trial`,
      [TOKEN]: `${TOKEN}\nTOKEN=$(scripts/token alice --idp-port ${local.providerPort})`,
    },
  });
  expect(steps.flatMap(({ expected = '' }) => /^\d{3}$/.exec(expected) ?? [])).toEqual([
    '403',
    '200',
    '200',
    '200',
    '403',
  ]);
  const pool = proxy.calls.find(({ action }) => action === 'CreateUserPool');
  expect(pool).toBeDefined();
  expect(pools?.asked).toEqual([expect.stringMatching(/^\/eu-central-1_\w+\/\.well-known\/openid-configuration$/)]);

  expect(end).toContain(`\n${PLAN}\n# → …No changes.…\n`);
  const saved = '.terraform/second.tfplan';
  const { code, output } = await installation.run('sh', ['-c', `${PLAN} -out=${saved}`]);
  expect({ code, output }).toMatchObject({ code: 0 });
  const shown = await installation.run('sh', [
    '-c',
    `terraform -chdir=terraform/environments/trial show -json ${saved}`,
  ]);
  expect(withoutKnownDifferences(readChanges(JSON.parse(shown.output)))).toEqual([]);
}, 900_000);
