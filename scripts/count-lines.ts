import { fieldsOf, type LogEvent } from './log-event.ts';
import { valueText } from './log-line.ts';

/** What a line lacks that others of the same table have. */
const NOTHING = '-';

/** How often lines have the same values. */
export interface LineCounts {
  /** False for a line with none of the fields, which is not counted. */
  add(event: LogEvent): boolean;
  /** A line for each group, the most frequent first: `  12 reason=session_required route="GET /x"`. */
  table(): readonly string[];
}

/** @param paths names of fields, and of fields within them: `reason`, `error.cause.name` */
export function createLineCounts(paths: readonly string[]): LineCounts {
  const counts = new Map<string, number>();
  return {
    add(event) {
      const values = paths.map((path) => valueAt(fieldsOf(event), path.split('.')));
      if (values.every((value) => value === undefined)) return false;
      const group = paths.map((path, index) => `${path}=${textOf(values[index])}`).join(' ');
      counts.set(group, (counts.get(group) ?? 0) + 1);
      return true;
    },
    table() {
      const sorted = [...counts].sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1));
      const width = String(sorted[0]?.[1] ?? '').length;
      return sorted.map(([group, count]) => `${String(count).padStart(width)} ${group}`);
    },
  };
}

function valueAt(fields: unknown, [name = '', ...more]: readonly string[]): unknown {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined;
  const value = (fields as Readonly<Record<string, unknown>>)[name];
  return more.length === 0 ? value : valueAt(value, more);
}

function textOf(value: unknown): string {
  return value === undefined ? NOTHING : valueText(value);
}
