import { expect, it } from '@jest/globals';
import type { PartResult } from './bench-part.ts';
import { markdownOf, textOf } from './bench-table.ts';

const parts: readonly PartResult[] = [
  {
    letter: 'a',
    title: 'One authorization',
    measures: 'CPU of a request.',
    rows: [
      { name: 'floor', unit: 'µs', median: 160.4, q1: 99.96, q3: 1234.5, ratios: [] },
      {
        name: 'ours',
        unit: 'µs',
        median: 3.1449,
        q1: 0.00012345,
        q3: 20,
        ratios: [
          { to: 'floor', median: 1.7, q1: 1.649, q3: 1.751 },
          { to: 'usual', median: 0.45, q1: 0.4, q3: 0.5 },
        ],
      },
    ],
  },
  { letter: 'h', title: 'Memory', measures: 'Heap.', rows: [] },
];

it('prints a table for a terminal', () => {
  expect(textOf(parts)).toBe(`(a) One authorization
CPU of a request.

what   median    quartiles  unit  ratios of the same rounds
floor     160     100-1235  µs
ours     3.14  0.000123-20  µs    1.70 × floor (1.65-1.75); 0.45 × usual (0.40-0.50)

(h) Memory
Heap.

what  median  quartiles  unit  ratios of the same rounds`);
});

it('prints Markdown', () => {
  expect(markdownOf(parts.slice(0, 1))).toBe(`### (a) One authorization

CPU of a request.

| what | median | quartiles | unit | ratios of the same rounds |
| --- | ---: | ---: | --- | --- |
| floor | 160 | 100-1235 | µs |  |
| ours | 3.14 | 0.000123-20 | µs | 1.70 × floor (1.65-1.75); 0.45 × usual (0.40-0.50) |`);
});
