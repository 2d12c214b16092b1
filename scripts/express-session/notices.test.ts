import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { writeNotices } from './notices.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-notices-'));
const file = join(folder, 'notices.txt');
afterAll(() => rmSync(folder, { recursive: true }));

/** A package with this licence file, as the path of one of its modules. */
function aPackage(name: string, licenceFile?: string): string {
  const own = join(folder, 'node_modules', name);
  mkdirSync(join(own, 'dist'), { recursive: true });
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name, version: '1.2.3' }));
  if (licenceFile !== undefined) writeFileSync(join(own, licenceFile), `Licence of ${name}\n`);
  return join(own, 'dist/index.js');
}

it('writes the licence of each package that is in a bundle, once, and none for our own sources', () => {
  const inputs = [aPackage('plain', 'LICENSE.md'), aPackage('@scoped/one', 'LICENSE'), join(folder, 'src/ours.ts')];
  expect(writeNotices([...inputs, ...inputs], file)).toEqual([file]);
  const text = readFileSync(file, 'utf8');
  expect(text.match(/^Licence of .*$/gm)).toEqual(['Licence of @scoped/one', 'Licence of plain']);
  expect(text).toContain('@scoped/one 1.2.3\n');
});

it('stops at a package that may be handed on under no terms, and writes nothing where there is none', () => {
  expect(() => writeNotices([aPackage('without')], file)).toThrow('without 1.2.3 has no licence file');
  expect(writeNotices([join(folder, 'src/ours.ts')], join(folder, 'none.txt'))).toEqual([]);
  expect(existsSync(join(folder, 'none.txt'))).toBe(false);
});
