import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { type Bundle, buildFunctions, overBudget } from './build.ts';

const SCRIPT = resolve(import.meta.dirname, 'build.ts');
const outDir = mkdtempSync(join(tmpdir(), 'cloakroom-build-'));
let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await buildFunctions(outDir);
});
afterAll(() => rmSync(outDir, { recursive: true }));

describe('the build', () => {
  it('gives the same bytes again, on another clock and in another time zone', () => {
    const again = join(outDir, 'again');
    const env = { ...process.env, TZ: 'Pacific/Auckland' };
    const { status, stdout } = spawnSync(process.execPath, [SCRIPT, '--out', again], { env, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('budget B');
    for (const { name } of bundles) {
      expect(stdout).toContain(name);
      expect(readFileSync(join(again, `${name}.zip`)).equals(readFileSync(join(outDir, `${name}.zip`)))).toBe(true);
    }
  });

  it('zips the bundle of each function and nothing else, its source map beside', () => {
    expect(bundles.length).toBeGreaterThan(0);
    for (const { name, bundleBytes } of bundles) {
      const files = unzipSync(readFileSync(join(outDir, `${name}.zip`)));
      expect(Object.keys(files)).toEqual(['index.mjs']);
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

  it('leaves what runs on a developer machine out of them', () => {
    for (const { name } of bundles) {
      const map = readFileSync(join(outDir, name, 'index.mjs.map'), 'utf8');
      const { sources } = JSON.parse(map) as { sources: string[] };
      expect(sources.filter((source) => /packages\/(local|testing)\/|cdktf/.test(source))).toEqual([]);
    }
  });
});

it('finds the bundles that are over their budget', () => {
  const bundle = { name: 'health', zipBytes: 1, budgetBytes: 100 };
  const large = { ...bundle, bundleBytes: 101 };
  expect(overBudget([{ ...bundle, bundleBytes: 100 }, large])).toEqual([large]);
});
