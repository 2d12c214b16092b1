import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
/** A call of jest's own functions; `pattern.test(…)` is none. */
const TEST = /(?<![.\w$])(?:it|test|describe)(?:\.\w+)*[(`]/;

/** The lines of a file that begin a test, counted from 1. Whoever reads a failure looks for it in a file of tests. */
function testsIn(code: string): number[] {
  return code.split('\n').flatMap((line, at) => (!COMMENT.test(line) && TEST.test(line) ? [at + 1] : []));
}

it('finds no test in what tests share', () => {
  const files = globSync('{packages,functions,terraform,scripts}/**/*-fixture.ts', {
    cwd: ROOT,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|\.local)(?:\/|$)/.test(path),
  });
  expect(files.length).toBeGreaterThan(0);
  const found = files.flatMap((file) =>
    testsIn(readFileSync(join(ROOT, file), 'utf8')).map((line) => `${file}:${line}`),
  );
  expect(found).toEqual([]);
});

it.each([
  "it('works', () => {});",
  "  it('works', () => {});",
  "const check = () => test('works', () => {});",
  "describe('a store', () => {",
  "it.each([1])('works with %d', () => {});",
  'it.each`a | b`',
  "test.skip('works', () => {});",
  "describe.each(cases)('works', () => {",
])('sees the test that begins with %s', (code) => {
  expect(testsIn(`// it\n${code}\n`)).toEqual([2]);
});

it.each([
  "if (pattern.test('x')) return;",
  'await edit(file);',
  "jest.it('works')",
  "// it('worked')",
  ' * describe(what)',
  'const it = 1;',
  'beforeAll(start);',
])('takes %s for no test', (code) => {
  expect(testsIn(code)).toEqual([]);
});
