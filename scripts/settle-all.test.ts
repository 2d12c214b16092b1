import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const CODE = 'export const both = (a: unknown, b: unknown) => Promise.all([a, b]);\n';
const DEPLOYED = ['functions/health/src/x.ts', 'packages/core/src/x.ts', 'packages/new/src/deep/x.ts'];
const OTHERS = [
  'functions/health/src/x.test.ts',
  'packages/local/src/x.ts',
  'packages/sessions/src/x-fixture.ts',
  'packages/testing/src/x.ts',
  'scripts/x.ts',
  'terraform/x.ts',
];

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('refuses to wait for all but for the first failure in what is deployed, and nowhere else', () => {
  for (const file of ['biome.json', 'scripts/settle-all.grit']) cpSync(join(ROOT, file), join(folder, file));
  for (const file of [...DEPLOYED, ...OTHERS].map((path) => join(folder, path))) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, CODE);
  }
  const args = ['lint', '--vcs-enabled=false', '--reporter=github', '.'];
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8' });
  const refusals = stdout.matchAll(/^::error .*\bfile=([^,]+),.*use settleAll of @cloakroom\/core/gm);
  expect([...refusals].map(([, file = '']) => relative(folder, file)).sort()).toEqual(DEPLOYED);
});
