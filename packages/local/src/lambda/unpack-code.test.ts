import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { unpackCode } from './unpack-code.ts';

function packageOf(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  const zip = join(folder, 'f.zip');
  writeFileSync(zip, zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
  return { zip, root: join(folder, 'code') };
}

it('unpacks a package once, and anew when it has changed', () => {
  const { zip, root } = packageOf({ 'index.mjs': 'one', 'policies/': '', 'policies/a.cedar': 'permit' });
  const first = unpackCode(zip, root);
  expect(readFileSync(join(first, 'policies/a.cedar'), 'utf8')).toBe('permit');
  writeFileSync(join(first, 'index.mjs'), 'touched');
  expect(unpackCode(zip, root)).toBe(first);
  expect(readFileSync(join(first, 'index.mjs'), 'utf8')).toBe('touched');
  writeFileSync(zip, zipSync({ 'index.mjs': strToU8('two') }));
  expect(readFileSync(join(unpackCode(zip, root), 'index.mjs'), 'utf8')).toBe('two');
  expect(readdirSync(root)).toHaveLength(2);
});

it('refuses a package that would write elsewhere', () => {
  const { zip, root } = packageOf({ '../../escaped.mjs': 'x' });
  expect(() => unpackCode(zip, root)).toThrow('lies outside');
});
