import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { awsCliIsInstalled, type PageStep, runPage } from '@cloakroom/testing';
import { afterAll, expect, it } from '@jest/globals';
import { environmentThere, freshCopy } from '../src/fresh-copy.ts';
import { type Dev, freePorts, startDev } from './dev.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/your-own-api/routes.md'), 'utf8');
/** The block that stays in its own terminal: the test starts it as the page says, on ports of its own. */
const RUN = '\n```sh\nscripts/dev\n```\n';
const [before = '', walk = '', table = ''] = page.split(RUN);

const copy = freshCopy();
const there = { root: copy, env: environmentThere(), dataDir: join(copy, '.local/data'), ports: await freePorts() };
let dev: Dev | undefined;
afterAll(async () => {
  await dev?.stop();
  rmSync(copy, { recursive: true });
});

function follow(part: string, { api, aws, provider }: Partial<Dev> = {}): Promise<readonly PageStep[]> {
  const port = provider === undefined ? '' : new URL(provider).port;
  return runPage(part, {
    cwd: copy,
    env: environmentThere(),
    replacements: {
      'http://127.0.0.1:3000': api ?? '',
      'http://127.0.0.1:4566': aws ?? '',
      'scripts/token alice': `scripts/token alice --idp-port ${port}`,
      'scripts/token bob': `scripts/token bob --idp-port ${port}`,
    },
  });
}

/** As `scripts/test` does, in the copy. */
function check(tool: string, ...args: readonly string[]): void {
  execFileSync(join(copy, 'node_modules/.bin', tool), args, { cwd: copy, env: environmentThere(), stdio: 'pipe' });
}

it('the page about routes of one’s own leads to a function that is called for active sessions alone', async () => {
  expect((await follow(before)).map(({ commands }) => commands)).toEqual([
    expect.stringContaining('> apps/orders/handler.ts'),
    expect.stringContaining('> terraform/environments/dev/routes.ts'),
  ]);
  dev = await startDev(there);
  const steps = await follow(walk.split('\n## A table\n')[0] ?? '', dev);
  expect(statusesOf(steps)).toEqual(['401', '403', '200', '403']);
  checkRules();
}, 300_000);

const installed = awsCliIsInstalled();
(installed ? it : it.skip)(
  'and to one with a table, which its role may use',
  async () => {
    if (dev === undefined) throw new Error('the page was not followed so far');
    await follow(walk.split('\n## A table\n')[1] ?? '', dev);
    expect(await dev.stop()).toBe(0);
    dev = await startDev(there);
    expect(statusesOf(await follow(table, dev))).toEqual(['201', '200']);
    checkRules();
  },
  300_000,
);

/** What the page had written keeps to the rules of this repository. */
function checkRules(): void {
  check('tsc', '-p', '.');
  check('biome', 'check', '--vcs-enabled=false', 'apps', 'terraform/environments/dev/routes.ts');
}

function statusesOf(steps: readonly PageStep[]): readonly string[] {
  return steps.flatMap(({ expected = '' }) => / (\d{3})$/.exec(expected)?.[1] ?? []);
}
