import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const IMPORT = /\bimport\s+([^;]*?)\s+from\s+['"]@jest\/globals['"]/g;
/** What begins a test; the types know none of them without an import. */
const TEST = /\*|\b(?:it|test|fit|xit|xtest|describe|fdescribe|xdescribe)\b/;

/** Whether a file can hold a test. Whoever reads of a failed one looks for it in a file of tests. */
function canHoldTests(code: string): boolean {
  return [...code.matchAll(IMPORT)].some(([, names = '']) => TEST.test(names));
}

it('finds no test in what tests share', () => {
  const files = globSync('{packages,functions,terraform,scripts}/**/*-fixture.ts', {
    cwd: ROOT,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|\.local)(?:\/|$)/.test(path),
  });
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => canHoldTests(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it.each([
  "import { it } from '@jest/globals';",
  "import { expect, test } from '@jest/globals';",
  "import {\n  afterAll,\n  describe,\n} from '@jest/globals';",
  "import { it as check } from '@jest/globals';",
  "import { xit } from '@jest/globals';",
  "import * as jest from '@jest/globals';",
  'import { it } from "@jest/globals";',
])('sees that tests can begin in a file with %j', (code) => {
  expect(canHoldTests(`import { x } from './x.ts';\n${code}\n`)).toBe(true);
});

it.each([
  "import { afterAll, beforeAll, expect, jest } from '@jest/globals';",
  "import { it } from './other.ts';\nimport { expect } from '@jest/globals';",
  'const each = (describe: () => object) => describe();',
  "if (pattern.test('x')) await edit(file);",
])('takes no test to begin in a file with %j', (code) => {
  expect(canHoldTests(code)).toBe(false);
});
