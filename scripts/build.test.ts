import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { buildFunctions, type Products } from './build.ts';
import { bundleOwnFunction } from './bundles/bundle-own-function.ts';

const SCRIPT = resolve(import.meta.dirname, 'build.ts');
/** What else some bundles load when they need it. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'create-session': ['device-name.mjs', 'stored-ip.mjs'],
  'sessions-api': ['device-name.mjs'],
  'token-handler': ['device-name.mjs', 'stored-ip.mjs'],
  'user-data': ['device-name.mjs'],
};
const outDir = mkdtempSync(join(tmpdir(), 'cloakroom-build-'));
let bundles: Products['bundles'];

beforeAll(async () => {
  ({ bundles } = await buildFunctions(outDir));
});
afterAll(() => rmSync(outDir, { recursive: true }));

describe('the build', () => {
  it('gives the same bytes again, on another clock and in another time zone', () => {
    const build = (place: string, TZ: string) => {
      const env = { ...process.env, TZ };
      return spawnSync(process.execPath, [SCRIPT, '--out', place], { env, encoding: 'utf8' });
    };
    const [once, again] = [join(outDir, 'once'), join(outDir, 'again')];
    expect(build(once, 'UTC').status).toBe(0);
    const { status, stdout } = build(again, 'Pacific/Auckland');
    expect(status).toBe(0);
    expect(stdout).toContain('budget B');
    for (const { name } of bundles) {
      expect(stdout).toContain(name);
      expect(readFileSync(join(again, `${name}.zip`)).equals(readFileSync(join(once, `${name}.zip`)))).toBe(true);
    }
  });

  it('keeps every bundle within its budget, and out of it what it must not contain', () => {
    expect(bundles.length).toBeGreaterThan(0);
    expect(bundles.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('zips the bundle of each function and the files that it may load, its source map beside', () => {
    for (const { name, bundleBytes } of bundles) {
      const files = unzipSync(readFileSync(join(outDir, `${name}.zip`)));
      expect(Object.keys(files)).toEqual(['index.mjs', 'credential-chain.mjs', ...(BESIDE[name] ?? [])]);
      const code = readFileSync(join(outDir, name, 'index.mjs'));
      expect(code.equals(files['index.mjs'] ?? Buffer.alloc(0))).toBe(true);
      expect(code).toHaveLength(bundleBytes);
      expect(JSON.parse(readFileSync(join(outDir, name, 'index.mjs.map'), 'utf8'))).toMatchObject({ version: 3 });
    }
  });

  it('makes bundles that export a handler, and hold no path of this machine', () => {
    for (const { name } of bundles) {
      const code = readFileSync(join(outDir, name, 'index.mjs'), 'utf8');
      expect(code).toMatch(/export\{[^}]*\bas handler\b[^}]*\}/);
      expect(code).not.toContain(resolve(import.meta.dirname, '..'));
    }
  });
});

describe('a build into a folder that has bundles', () => {
  const folder = join(outDir, 'copy');
  const zipOf = (name: string) => readFileSync(join(folder, `${name}.zip`));

  beforeAll(() => {
    for (const file of ['build.json', 'authorizer', 'authorizer.zip', 'health', 'health.zip']) {
      cpSync(join(outDir, file), join(folder, file), { recursive: true });
    }
  });

  it('builds those that are not there or not as they were built, and leaves the others as they are', async () => {
    const before = zipOf('health');
    appendFileSync(join(folder, 'health.zip'), 'more');
    const { bundles: all, builtCount } = await buildFunctions(folder, undefined, []);
    expect(all).toEqual(bundles);
    expect(builtCount).toBe(all.length - 1);
    expect(zipOf('health').equals(before)).toBe(true);
    for (const { name } of all) {
      expect(zipOf(name).equals(readFileSync(join(outDir, `${name}.zip`)))).toBe(true);
    }
  });

  it('builds nothing when nothing has changed', async () => {
    expect(await buildFunctions(folder, undefined, [])).toEqual({ bundles, own: [], builtCount: 0 });
  });
});

describe('a function of a team', () => {
  const root = join(outDir, 'repository');
  const write = (file: string, text: string) => {
    mkdirSync(join(root, 'apps'), { recursive: true });
    writeFileSync(join(root, 'apps', file), text);
  };
  const bundleOf = (file: string) => bundleOwnFunction({ name: 'orders', entry: `apps/${file}` }, { root, outDir });

  it('is one file with all that it imports, and leaves alone what Cloakroom leaves out of its own', async () => {
    write('price.ts', "export const price = (cents: number): string => cents + ' cents';");
    write(
      'orders.ts',
      "import { price } from './price.ts';\nexport const handler = async () => [price(5), ReadableStream];",
    );
    const { result, inputs } = await bundleOf('orders.ts');
    const zip = readFileSync(join(outDir, 'own/orders.zip'));
    expect(result).toEqual({ name: 'orders', bundleBytes: expect.any(Number), zipBytes: zip.length });
    expect(inputs.toSorted()).toEqual([join(root, 'apps/orders.ts'), join(root, 'apps/price.ts')]);
    const { 'index.mjs': code, ...others } = unzipSync(zip);
    expect(others).toEqual({});
    expect(Buffer.from(code ?? []).toString()).not.toContain(root);
    const call = `const { handler } = await import(${JSON.stringify(join(outDir, 'own/orders/index.mjs'))}); console.log(String(await handler()));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', call], { encoding: 'utf8' });
    expect(stdout).toMatch(/^5 cents,class ReadableStream/);
  });

  it.each([
    ['default.ts', 'export default async () => ({ statusCode: 200 });'],
    ['common.js', 'exports.handler = async () => ({ statusCode: 200 });'],
  ])('is refused, and told what to write, without an export named handler: %s', async (file, code) => {
    write(file, code);
    await expect(bundleOf(file)).rejects.toThrow(
      `own function orders: apps/${file} exports no handler; Lambda calls what it has as: export async function handler(event)`,
    );
  });

  it('is refused with its name where there is no such file', async () => {
    await expect(bundleOf('none.ts')).rejects.toThrow('own function orders: apps/none.ts is missing');
  });

  it('is built when it has changed, or stands for another file, and only then', async () => {
    const build = async (entry: string) =>
      (await buildFunctions(outDir, undefined, [{ name: 'orders', entry }])).builtCount;
    const [health, ready] = ['functions/health/src/index.ts', 'functions/refresh-keys/src/index.ts'];
    expect([await build(health), await build(health), await build(ready), await build(ready)]).toEqual([1, 0, 1, 0]);
  });
});
