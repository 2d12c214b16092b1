import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGE = join(ROOT, 'packages/client');
const PNPM = join(ROOT, '.local/tools/node_modules/pnpm/bin/pnpm.mjs');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--noEmit'];

/** An app that has installed what would be published. */
const app = mkdtempSync(join(tmpdir(), 'cloakroom-client-'));
const installed = join(app, 'node_modules/@cloakroom/client');
const [example = ''] = /(?<=^```js\n).*?(?=^```$)/ms.exec(readFileSync(join(ROOT, 'docs/client.md'), 'utf8')) ?? [];

beforeAll(() => {
  pnpm(PACKAGE, 'pack', '--pack-destination', app);
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
  const tarball = readdirSync(app).find((name) => name.endsWith('.tgz')) ?? '';
  pnpm(app, 'add', `./${tarball}`, '--offline', '--ignore-workspace');
}, 120_000);
afterAll(() => rmSync(app, { recursive: true }));

function pnpm(cwd: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [PNPM, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CI: 'true' },
  });
}

/** What the compiler says of a program in that app. */
function problems(program: string, options: readonly string[]): string {
  writeFileSync(join(app, 'program.ts'), program);
  try {
    return execFileSync(process.execPath, [TSC, ...STRICT, ...options, 'program.ts'], { cwd: app, encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  }
}

describe('the package of the client, packed and installed', () => {
  it('holds its code, its types, a licence and a word about it, and needs nothing else', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    const others = files.filter((name) => !/^dist(?:\/[a-z-]+\.d\.ts)?$/.test(name));
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'dist/index.js', 'package.json']);
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@cloakroom/client', license: 'MIT', type: 'module', sideEffects: false });
    expect(manifest.exports).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } });
    expect([manifest.private, manifest.dependencies, manifest.devDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is less than 4 KB, gzipped', () => {
    const code = readFileSync(join(installed, 'dist/index.js'));
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(4096);
    expect(code.toString()).not.toMatch(/\bfrom ?["']|\bimport\b|\brequire\b/);
  });

  it('loads where there is no page, and keeps no program from ending', () => {
    writeFileSync(
      join(app, 'program.js'),
      `import * as client from '@cloakroom/client';
       client.createClient({ apiUrl: 'https://api.example.com' });
       console.log(Object.keys(client).join());`,
    );
    const output = execFileSync(process.execPath, ['program.js'], { cwd: app, encoding: 'utf8', timeout: 10_000 });
    expect(output.trim().split(',').toSorted()).toEqual([
      'CloakroomClientError',
      'StepUpRequiredError',
      'createClient',
    ]);
  });

  it.each([
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ['Node', ['--module', 'nodenext']],
  ])('has types with which the example of the docs, of ten lines, compiles for %s', (_, options) => {
    expect(example.trim().split('\n').filter(Boolean)).toHaveLength(10);
    expect(problems(example, [...options, '--lib', 'es2022,dom'])).toBe('');
    expect(problems(`${example}\nme.userId;`, [...options, '--lib', 'es2022,dom'])).toContain("'me' is possibly");
  });

  it('has types for a worker, in which nothing of a page is known', () => {
    const program = `
      import { CloakroomClientError, createClient, StepUpRequiredError } from '@cloakroom/client';
      const client = createClient({ apiUrl: 'https://api.example.com' });
      client.fetch('/orders', { background: true }).catch((error: unknown) => {
        if (error instanceof StepUpRequiredError) client.signIn({ stepUp: true, parameters: error.parameters });
        else if (error instanceof CloakroomClientError && error.code === 'UNREACHABLE') console.error(error.cause);
      });`;
    expect(problems(program, ['--module', 'nodenext', '--lib', 'es2022,webworker'])).toBe('');
  });
});
