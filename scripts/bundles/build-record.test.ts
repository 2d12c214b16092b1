import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBuildRecord } from './build-record.ts';

let root: string;
const OUTPUT = 'dist/f/index.mjs';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const read = () => readBuildRecord(root, join(root, 'dist')).current('f', ['client/a.ts']);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-record-'));
  const files = [
    'pnpm-lock.yaml',
    'scripts/build.ts',
    'package/package.json',
    'package/src/a.ts',
    'client/a.ts',
    OUTPUT,
  ];
  for (const path of files) write(path, path);
  const record = readBuildRecord(root, join(root, 'dist'));
  const [inputs, outputs] = [[join(root, 'package/src/a.ts')], [join(root, OUTPUT)]];
  record.remember('f', { result: { bytes: 1 }, inputs, outputs }, ['client/a.ts']);
  record.save();
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the record of a build', () => {
  it('tells what was built as long as nothing has changed', () => {
    expect(read()).toEqual({ bytes: 1 });
  });

  it.each([
    ['an input', 'package/src/a.ts'],
    ['the manifest of an input', 'package/package.json'],
    ['the lock file', 'pnpm-lock.yaml'],
    ['the build itself', 'scripts/build.ts'],
    ['a source that counts besides', 'client/a.ts'],
    ['an output', OUTPUT],
  ])('tells nothing once %s is another', (_, path) => {
    write(path, 'changed');
    expect(read()).toBeUndefined();
  });

  it.each([
    ['an input', 'package/src/a.ts'],
    ['an output', OUTPUT],
  ])('tells nothing once %s is gone', (_, path) => {
    rmSync(join(root, path));
    expect(read()).toBeUndefined();
  });

  it('tells nothing once there is one more script of the build', () => {
    write('scripts/bundles/more.ts', '');
    expect(read()).toBeUndefined();
  });

  it('tells nothing where it cannot be read', () => {
    write('dist/build.json', '{');
    expect(read()).toBeUndefined();
  });
});

describe('the record of a build into another folder', () => {
  const folder = () => join(root, 'elsewhere');
  const copied = () => join(folder(), 'f/index.mjs');
  const readThere = (like?: string) => readBuildRecord(root, folder(), like).current('f', ['client/a.ts']);

  it('copies what is current in the first, and knows it from then on', () => {
    const record = readBuildRecord(root, folder(), join(root, 'dist'));
    expect(record.current('f', ['client/a.ts'])).toEqual({ bytes: 1 });
    expect(readFileSync(copied(), 'utf8')).toBe(OUTPUT);
    record.save();
    rmSync(join(root, 'dist'), { recursive: true });
    expect(readThere()).toEqual({ bytes: 1 });
  });

  it('copies nothing over what is current there', () => {
    const record = readBuildRecord(root, folder());
    write('elsewhere/f/index.mjs', 'its own');
    record.remember('f', { result: { bytes: 2 }, inputs: [], outputs: [copied()] }, ['client/a.ts']);
    record.save();
    expect(readThere(join(root, 'dist'))).toEqual({ bytes: 2 });
    expect(readFileSync(copied(), 'utf8')).toBe('its own');
  });

  it.each(['package/src/a.ts', 'package/package.json', 'pnpm-lock.yaml', 'scripts/build.ts', 'client/a.ts', OUTPUT])(
    'has nothing to copy once %s is another, or gone',
    (path) => {
      write(path, 'changed');
      expect(readThere(join(root, 'dist'))).toBeUndefined();
      rmSync(join(root, path));
      expect(readThere(join(root, 'dist'))).toBeUndefined();
    },
  );

  it('has nothing to copy where nothing was built', () => {
    expect(readThere(join(root, 'none'))).toBeUndefined();
    expect(existsSync(copied())).toBe(false);
  });
});
