import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/api.md');

/** What stands at the beginning of lines of a source file; if that is not much, the file is written otherwise than expected. */
function found(path: string, line: RegExp, atLeast: number): string[] {
  const all = [...read(path).matchAll(line)].map(([, word = '']) => word);
  if (all.length < atLeast) throw new Error(`${path} is not written as this test expects`);
  return all;
}

it('has a section for each route, and for nothing else', () => {
  const routes = found('terraform/stacks/routes.ts', /^ {2}'((?:GET|HEAD|PUT|POST|DELETE) [^']+)': \{/gm, 10);
  const sections = [...page.matchAll(/^### `([^`]+)`$/gm)].map(([, route]) => route);
  expect(sections.toSorted()).toEqual(routes.toSorted());
});

it('tells of every remedy', () => {
  const remedies = found('packages/sessions/src/model/remedy.ts', /^ \* - `([a-z_]+)`/gm, 3);
  expect(remedies.filter((remedy) => !page.includes(`| \`${remedy}\` |`))).toEqual([]);
});

it('tells of every code that clients can see', () => {
  const codes = found('packages/http/src/http-error.ts', /^ {2}([A-Z][A-Z_]+): \{(?!\s*status: \d+,\s*shownAs)/gm, 15);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
