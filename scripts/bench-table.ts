import type { PartResult, Ratio, Row } from './bench-part.ts';
import type { Quartiles } from './bench-statistics.ts';

const HEADS = ['what', 'median', 'quartiles', 'unit', 'ratios of the same rounds'] as const;

/** The parts as text for a terminal. */
export function textOf(parts: readonly PartResult[]): string {
  return parts
    .map(
      ({ letter, title, measures, rows }) => `(${letter}) ${title}\n${measures}\n\n${aligned([HEADS, ...cells(rows)])}`,
    )
    .join('\n\n');
}

/** The parts as Markdown, for docs/performance.md. */
export function markdownOf(parts: readonly PartResult[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return parts
    .map(({ letter, title, measures, rows }) =>
      [`### (${letter}) ${title}`, '', measures, '', line(HEADS), line(['---', '---:', '---:', '---', '---'])]
        .concat(cells(rows).map(line))
        .join('\n'),
    )
    .join('\n\n');
}

function cells(rows: readonly Row[]): string[][] {
  return rows.map((row) => [row.name, figure(row.median), spread(row), row.unit, row.ratios.map(ratio).join('; ')]);
}

function ratio(of: Ratio): string {
  return `${of.median.toFixed(2)} × ${of.to} (${of.q1.toFixed(2)}-${of.q3.toFixed(2)})`;
}

function spread({ q1, q3 }: Quartiles): string {
  return `${figure(q1)}-${figure(q3)}`;
}

/** Three digits that count, or all before the point. */
function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Figures to the right, words to the left. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = HEADS.map((_, column) => width(column));
  const padded = (cell: string, column: number) =>
    column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
