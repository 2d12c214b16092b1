import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { awsCliIsInstalled, type PageStep, pageBlocks, runPage } from '@cloakroom/testing';
import { afterAll, expect, it } from '@jest/globals';
import { type Dev, startDev } from './dev.ts';
import { environmentThere, freshCopy } from './fresh-copy.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/your-own-api/routes.md'), 'utf8');
/** The block that stays in its own terminal: the test starts it as the page says, on ports of its own. */
const RUN = '\n```sh\nscripts/dev\n```\n';
const [before = '', after = ''] = page.split(RUN);

const copy = freshCopy();
let dev: Dev | undefined;
afterAll(async () => {
  await dev?.stop();
  rmSync(copy, { recursive: true });
});

function follow(part: string, { api, aws, provider, dataDir }: Partial<Dev> = {}): Promise<readonly PageStep[]> {
  const port = provider === undefined ? '' : new URL(provider).port;
  return runPage(part, {
    cwd: copy,
    env: environmentThere(),
    replacements: {
      'http://127.0.0.1:3000': api ?? '',
      'http://127.0.0.1:4566': aws ?? '',
      'scripts/token alice': `scripts/token alice --idp-port ${port} --data-dir ${dataDir}`,
    },
  });
}

/** As `scripts/test` does, in the copy. */
function check(tool: string, ...args: readonly string[]): void {
  execFileSync(join(copy, 'node_modules/.bin', tool), args, { cwd: copy, env: environmentThere(), stdio: 'pipe' });
}

it('the page about routes of one’s own leads to a function that is called for active sessions alone', async () => {
  expect(page.split(RUN)).toHaveLength(2);
  expect((await follow(before)).map(({ commands }) => commands)).toEqual([
    expect.stringContaining('> apps/orders/handler.ts'),
    expect.stringContaining('> terraform/environments/dev/routes.ts'),
  ]);
  dev = await startDev({ root: copy, env: environmentThere() });
  const [walk = '', table = ''] = after.split('\n## A table\n');
  const steps = await follow(walk, dev);
  const answers = steps.flatMap(({ expected = '' }) => / (\d{3})$/.exec(expected)?.[1] ?? []);
  expect(answers).toEqual(['401', '403', '200', '403']);
  expect(pageBlocks(table).length).toBeGreaterThan(0);
  if (awsCliIsInstalled()) await follow(table, dev);
  // What the page had written keeps to the rules of this repository.
  check('tsc', '-p', '.');
  check('biome', 'check', '--vcs-enabled=false', 'apps', 'terraform/environments/dev/routes.ts');
}, 300_000);
