import { isDeepStrictEqual } from 'node:util';

/**
 * Where two plain values differ, a line each: `<path>: is …, not …`. The order in lists says nothing: those that are read back
 * are sets.
 */
export function differences(actual: unknown, expected: unknown, path = ''): readonly string[] {
  if (isObject(actual) && isObject(expected)) {
    const names = [...new Set([...Object.keys(actual), ...Object.keys(expected)])].sort();
    return names.flatMap((name) => differences(actual[name], expected[name], path === '' ? name : `${path} › ${name}`));
  }
  if (Array.isArray(actual) && Array.isArray(expected)) return differencesOfSets(actual, expected, path);
  return isDeepStrictEqual(actual, expected) ? [] : [`${path}: is ${shown(actual)}, not ${shown(expected)}`];
}

function differencesOfSets(actual: readonly unknown[], expected: readonly unknown[], path: string): readonly string[] {
  const [more, less] = [remaining(actual, expected), remaining(expected, actual)];
  return [
    ...more.map((value) => `${path}: has ${shown(value)}, which is not expected`),
    ...less.map((value) => `${path}: lacks ${shown(value)}`),
  ];
}

/** What is in the first list and not in the second; what is there twice must be there twice. */
function remaining(list: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  const left = [...others];
  return list.filter((value) => {
    const index = left.findIndex((other) => differences(value, other).length === 0);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
