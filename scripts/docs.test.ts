import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const PITFALLS = 'docs/pitfalls.md';
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

interface Link {
  readonly text: string;
  readonly target: string;
}

/** The links of a text to files of the repository: not those to elsewhere, and none in code. */
function linksOf(markdown: string): Link[] {
  const prose = markdown.replace(/^```.*?^```/gms, '');
  const links = [...prose.matchAll(/\[([^[\]]*)\]\(([^()\s]+)\)/g)];
  return links.map(([, text = '', target = '']) => ({ text, target })).filter(({ target }) => !/^[a-z]+:/.test(target));
}

/** What the headings of a page are called in links to them, as GitHub does. */
function anchorsOf(markdown: string): readonly string[] {
  const headings = markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const isTestFile = (path: string) => path.endsWith('.test.ts');

/**
 * The titles of the tests in a file, whole: by a part of one nobody could say which test it is. Of a template, its text as it
 * stands. A test that is skipped proves nothing, and does not count; the second form is `it.each(…)('title', …`.
 */
function titlesIn(code: string): readonly string[] {
  const tests = /(?:\bit|\))\(\s*(['"`])((?:(?!\1).)+)\1,/g;
  return [...code.matchAll(tests)].map(([, , title = '']) => title);
}

/** What is wrong with the link of a page, or undefined. */
function problemOf(root: string, page: string, { text, target }: Link): string | undefined {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? join(root, page) : join(root, dirname(page), file);
  if (!existsSync(path)) return `${page}: ${target} is not there`;
  if (anchor !== undefined && !anchorsOf(readFileSync(path, 'utf8')).includes(anchor)) {
    return `${page}: ${target} has no such heading`;
  }
  if (isTestFile(path) && !titlesIn(readFileSync(path, 'utf8')).includes(text))
    return `${page}: ${file} has no test "${text}"`;
  return undefined;
}

function problemsOf(root: string, page: string): string[] {
  const links = linksOf(readFileSync(join(root, page), 'utf8'));
  return links.flatMap((link) => problemOf(root, page, link) ?? []);
}

/** The cells of a table's rows that begin with this. */
function rowsOf(page: string, first: RegExp): readonly (readonly string[])[] {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.map((cells) => cells.slice(1, -1)).filter(([cell]) => cell !== undefined && first.test(cell));
}

describe('the check of links', () => {
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true });
  });

  /** What is wrong with a page of this text, beside a page with a heading and a file with a test. */
  function check(text: string): string[] {
    const root = mkdtempSync(join(tmpdir(), 'cloakroom-docs-'));
    roots.push(root);
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'docs/page.md'), text);
    writeFileSync(join(root, 'docs/other.md'), '# A `b`: c, d\n```sh\n# no heading\n```\n');
    writeFileSync(
      join(root, 'x.test.ts'),
      "it('holds', () => {});\nit.each([])(\n  'holds %s',\n  () => {});\nit.skip('rests', () => {});\n",
    );
    return problemsOf(root, 'docs/page.md');
  }

  it.each([
    '[other](other.md)',
    '[other](other.md#a-b-c-d)',
    '# Here\n[above](#here)',
    '[a folder](../docs)',
    '[holds](../x.test.ts), [holds %s](../x.test.ts)',
    '[elsewhere](https://example.com/x)',
    '```md\n[example](nowhere.md)\n```',
  ])('finds nothing wrong with %j', (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each([
    ['[x](nowhere.md)', 'docs/page.md: nowhere.md is not there'],
    ['[x](other.md) [y](../other.md)', 'docs/page.md: ../other.md is not there'],
    ['[x](other.md#e)', 'docs/page.md: other.md#e has no such heading'],
    ['[x](other.md#no-heading)', 'docs/page.md: other.md#no-heading has no such heading'],
    ['[x](#here)', 'docs/page.md: #here has no such heading'],
    ['| 1 | [hold](../x.test.ts) |', 'docs/page.md: ../x.test.ts has no test "hold"'],
    ['| 1 | [rests](../x.test.ts) |', 'docs/page.md: ../x.test.ts has no test "rests"'],
    ['| 1 | [holds](../y.test.ts) |', 'docs/page.md: ../y.test.ts is not there'],
  ])('finds what is wrong with %j', (text, problem) => {
    expect(check(text)).toEqual([problem]);
  });
});

it.each(pages)('%s has no dead link', (page) => {
  expect(problemsOf(ROOT, page)).toEqual([]);
});

it('leads to every page from the README within two clicks', () => {
  const inReach = (page: string) =>
    linksOf(readFileSync(join(ROOT, page), 'utf8')).map(({ target }) =>
      join(dirname(page), target.split('#')[0] ?? ''),
    );
  const first = inReach('README.md').filter((page) => pages.includes(page));
  const reached = new Set(['README.md', ...first, ...first.flatMap(inReach)]);
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

describe('the page of known mistakes', () => {
  const entries = readFileSync(join(ROOT, PITFALLS), 'utf8').split(/^#+ /m);
  const known = entries.flatMap((text) => (/^\d+\. /.test(text) ? [{ number: Number.parseInt(text, 10), text }] : []));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('has each of them once, in order', () => {
    const numbers = known.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers).toEqual(
      expect.arrayContaining([...range(1, 13), 20, 26, 31, ...range(35, 44), 50, 51, 54, 55, 58, 66]),
    );
  });

  it('names a test for each that fails when it is made', () => {
    const untested = known.filter(({ text }) => !linksOf(text).some(({ target }) => isTestFile(target)));
    expect(untested.map(({ number }) => number)).toEqual([]);
  });
});

describe('the page of costs', () => {
  const dollars = (cell = '') => Number(/^\$([\d.]+)$/.exec(cell)?.[1] ?? Number.NaN);
  const priceOf = (name: RegExp) => dollars(rowsOf('docs/cost.md', name)[0]?.[1]);

  it('prices what each operation consumes in the table as it says', () => {
    const rows = rowsOf('docs/cost.md', /./).filter((cells) => cells.length === 5 && /^\d+$/.test(cells[1] ?? ''));
    expect(rows.length).toBeGreaterThan(10);
    const [read, write] = [priceOf(/^Read request units/), priceOf(/^Write request units/)];
    for (const [name, reads, writes, price] of rows) {
      expect([name, dollars(price)]).toEqual([
        name,
        Number((Number(reads) * read + Number(writes) * write).toFixed(3)),
      ]);
    }
  });

  it('adds up', () => {
    const totals = rowsOf('docs/cost.md', /^\*\*/);
    expect(totals.length).toBeGreaterThan(3);
    for (const [name, sum = '', total = ''] of totals) {
      const added = sum.split('+').reduce((all, part) => all + Number(part), 0);
      expect([name, total]).toEqual([name, `**$${added.toFixed(2)}**`]);
    }
  });
});
