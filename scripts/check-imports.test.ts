import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { violations } from './check-imports.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** What is wrong with a repository of these files. */
function check(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'cloakroom-imports-'));
  roots.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return violations(root);
}

const importing = (specifier: string) => `import { x } from '${specifier}';\n`;

it('finds nothing wrong with this repository', () => {
  expect(violations(resolve(import.meta.dirname, '..'))).toEqual([]);
});

describe('an import', () => {
  it.each([
    ['packages/core/src/x.ts', '@cloakroom/aws', 'packages/core may not import @cloakroom/aws, only: nothing of ours'],
    ['packages/client/src/x.ts', '@cloakroom/core', 'packages/client may not import @cloakroom/core'],
    ['packages/local/src/x.ts', '@cloakroom/client', 'packages/local may not import @cloakroom/client'],
    ['packages/http/src/x.ts', '@cloakroom/aws', 'packages/http may not import @cloakroom/aws, only: core'],
    [
      'packages/sessions/src/x.ts',
      '@cloakroom/auth',
      'packages/sessions may not import @cloakroom/auth, only: core, aws',
    ],
    [
      'packages/sessions/src/model/x.ts',
      '../table/y.ts',
      '"../table/y.ts" points upward: model < table < tokens < flows < web < operations',
    ],
    [
      'packages/sessions/src/table/x.ts',
      '../y.ts',
      '"../y.ts" points upward: model < table < tokens < flows < web < operations',
    ],
    ['packages/local/src/stack/x.ts', '../lambda/y.ts', '"../lambda/y.ts" points upward: base < stack < iam < logs'],
    [
      'packages/local/src/logs/actions/x.ts',
      '../../aws-endpoint/y.ts',
      '"../../aws-endpoint/y.ts" points upward: base',
    ],
    ['packages/local/src/base/x.ts', '../parts.ts', '"../parts.ts" points upward: base'],
    ['packages/sessions/src/x.test.ts', '@cloakroom/local', 'packages/sessions may not import @cloakroom/local'],
    [
      'packages/sessions/src/x.ts',
      '@cloakroom/testing',
      'packages/sessions may import @cloakroom/testing in tests alone',
    ],
    ['packages/new/src/x.ts', '@cloakroom/local', 'packages/new may not import @cloakroom/local'],
    ['functions/health/src/x.ts', '@cloakroom/local/token', 'functions/health may not import @cloakroom/local'],
    [
      'functions/health/src/x.ts',
      '@cloakroom/testing',
      'functions/health may import @cloakroom/testing in tests alone',
    ],
    ['functions/health/src/x.ts', '@cloakroom/authorizer', 'functions/health may not import @cloakroom/authorizer'],
    ['functions/health/src/x.ts', 'cdktf', '"cdktf" belongs to terraform/ alone'],
    ['packages/local/src/x.ts', '@cdktf/provider-aws/lib/x', '"@cdktf/provider-aws/lib/x" belongs to terraform/ alone'],
    ['terraform/modules/x.ts', '@cloakroom/local', 'terraform may not import @cloakroom/local, only: core, auth'],
    ['functions/health/src/x.ts', '../../authorizer/src/y.ts', '"../../authorizer/src/y.ts" leaves functions/health'],
    [
      'packages/core/x.ts',
      '../aws/src/y.ts',
      '"../aws/src/y.ts" leaves packages/core: import the other package by its name',
    ],
    ['terraform/x.ts', '../packages/core/src/y.ts', '"../packages/core/src/y.ts" leaves terraform'],
    ['packages/sessions/src/x.ts', './store-fixture.ts', '"./store-fixture.ts" is for tests alone'],
    ['terraform/synthesis/x.ts', '../testing/y.ts', '"../testing/y.ts" is for tests alone'],
  ])('of %s that goes a way it may not is told: %s', (file, specifier, rule) => {
    expect(check({ [file]: `\n${importing(specifier)}` })).toEqual([expect.stringContaining(`${file}:2: ${rule}`)]);
  });

  it.each([
    ['packages/auth/src/x.ts', '@cloakroom/aws'],
    ['packages/auth/src/x.test.ts', '@cloakroom/testing'],
    ['packages/sessions/src/store-fixture.ts', '@cloakroom/testing'],
    ['packages/sessions/src/x.test.ts', './store-fixture.ts'],
    ['packages/testing/src/x.ts', '@cloakroom/local'],
    ['packages/local/src/aws-endpoint/services/x.ts', '../../logs/actions/y.ts'],
    ['packages/local/src/start-x.ts', './aws-endpoint/y.ts'],
    ['packages/local/src/logs/x.test.ts', '../local-aws-fixture.ts'],
    ['functions/health/src/x.ts', '@cloakroom/http'],
    ['functions/health/src/x.ts', './y.ts'],
    ['terraform/modules/x.ts', 'cdktf'],
    ['terraform/modules/x.ts', '../stacks/y.ts'],
    ['terraform/synthesis/x.test.ts', '@cloakroom/local'],
    ['terraform/synthesis/x.test.ts', '../testing/y.ts'],
    ['terraform/testing/x.ts', '@cloakroom/local'],
    ['packages/core/node_modules/other/x.ts', '@cloakroom/local'],
  ])('of %s may go to %s', (file, specifier) => {
    expect(check({ [file]: importing(specifier) })).toEqual([]);
  });

  it.each([
    ["import '@cloakroom/local';"],
    ["import type { X } from '@cloakroom/local';"],
    ["export { x } from '@cloakroom/local';"],
    ["export * from '@cloakroom/local';"],
    ['import { x } from "@cloakroom/local";'],
    ["import {\n  x,\n} from '@cloakroom/local';"],
    ["const local = await import('@cloakroom/local');"],
  ])('is seen when it is written %j', (code) => {
    expect(check({ 'packages/core/src/x.ts': code })).toHaveLength(1);
  });

  it('is not seen in a comment', () => {
    const comments =
      "// from '@cloakroom/local'\n/** import('@cloakroom/local') */\n/*\n * from '@cloakroom/local'\n */\n";
    expect(check({ 'packages/core/src/x.ts': comments })).toEqual([]);
  });
});

describe('a dependency', () => {
  const manifest = (list: string, name: string) =>
    `${JSON.stringify({ name: 'x', exports: { '.': 'x' }, [list]: { [name]: 'workspace:*' } }, null, 2)}\n`;

  it.each([
    ['packages/core/package.json', 'dependencies', '@cloakroom/aws'],
    ['packages/core/package.json', 'optionalDependencies', '@cloakroom/aws'],
    ['packages/core/package.json', 'devDependencies', '@cloakroom/local'],
    ['functions/health/package.json', 'dependencies', '@cloakroom/testing'],
    ['functions/health/package.json', 'dependencies', 'cdktf'],
    ['terraform/package.json', 'dependencies', '@cloakroom/local'],
  ])('that %s may not have is told: %s %s', (file, list, name) => {
    expect(check({ [file]: manifest(list, name) })).toEqual([expect.stringMatching(new RegExp(`^${file}:7: `))]);
  });

  it.each([
    ['functions/health/package.json', 'dependencies', '@cloakroom/http'],
    ['functions/health/package.json', 'devDependencies', '@cloakroom/testing'],
    ['terraform/package.json', 'dependencies', 'cdktf'],
    ['terraform/package.json', 'devDependencies', '@cloakroom/local'],
  ])('that %s may have is not: %s %s', (file, list, name) => {
    expect(check({ [file]: manifest(list, name) })).toEqual([]);
  });
});
