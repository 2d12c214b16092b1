import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/logs.md'), 'utf8');
const sources = globSync(['functions/*/src/**/*.ts', 'packages/{aws,auth,core,events,http,sessions}/src/**/*.ts'], {
  cwd: ROOT,
})
  // The hosts of AWS look like codes.
  .filter((file) => !/(\.test|-fixture|\/lean\/endpoint)\.ts$/.test(file))
  .map((file) => readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''));

function found(pattern: RegExp, texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name)))].sort();
}

/** The tables below `## heading`, row by row. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const CODE = /`([a-z]+(?:\.[a-z_]+)+)`/g;
const figures = rowsBelow('Figures');

describe('the page of logs and metrics', () => {
  it('tells every log line that there is, and no other', () => {
    // As the code of a line stands in the sources: first in the call, alone or as one of two.
    const code =
      /(?:\blog\s*(?:\.(?:info|warn|error)|\[\w+\])\(\s*(?:\w+ \? )?|\? |: )'([a-z]+(?:\.[a-z_]+)+)'(?=,| :|\n)/g;
    const told = [
      ...figures.map(([, , , line = '']) => line),
      ...rowsBelow('All other lines').map(([cell = '']) => cell),
    ];
    expect(found(CODE, told)).toEqual(found(code, sources));
  });

  it('tells every metric that there is, and no other', () => {
    const metric = /(?:\bmeter\.(?:count|gauge)\(|\bmetric: )'([A-Z][A-Za-z]+)'/g;
    expect(figures.map(([, name = '']) => name.replaceAll('`', '')).sort()).toEqual(found(metric, sources));
  });

  it('tells by which fields a line counts', () => {
    const counted = sources.flatMap((text) => [...text.matchAll(/metric: '(\w+)'(?:, by: \[([^\]]*)\])?/g)]);
    expect(counted.length).toBeGreaterThan(8);
    for (const [, name = '', by = ''] of counted) {
      const row = figures.find(([, metric]) => metric === `\`${name}\``);
      expect([name, row?.[2]]).toEqual([name, by.replaceAll("'", '`')]);
    }
  });
});

describe('every function', () => {
  const wirings = globSync('functions/*/src/index.ts', { cwd: ROOT });

  it.each(wirings)('gives its lines the ids of the request, before anything else: %s', (file) => {
    const wiring = readFileSync(join(ROOT, file), 'utf8');
    const first = /httpStack\(|middy\(\)\s*\.use\((\w+)\)/.exec(wiring);
    expect(first?.[0]).toBeDefined();
    // The HTTP stack does so itself; its type demands it.
    expect(first?.[1] ?? 'telemetry').toBe('telemetry');
  });

  it('is one of these', () => {
    expect(wirings.length).toBeGreaterThanOrEqual(10);
  });
});
