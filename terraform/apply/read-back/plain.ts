/** Something that was read back, in plain values. */
export type Plain = Readonly<Record<string, unknown>>;

/**
 * An answer without some of its fields, and without those that say nothing: empty text, lists and objects. What is left out is
 * named, and not what is taken over, so that a setting nobody thought of is seen.
 */
export function without(answer: object, ...fields: readonly string[]): Plain {
  const kept = Object.entries(answer).filter(([name, value]) => !fields.includes(name) && !isEmpty(value));
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null || value === '';
  return !(value instanceof Date) && Object.keys(value).length === 0;
}

/**
 * One entry for each, by its name.
 *
 * @throws Error when two have the same name
 */
export function byName<T>(things: readonly T[], nameOf: (thing: T) => string, tell: (thing: T) => unknown): Plain {
  const names = things.map(nameOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`there are two of the name ${twice}`);
  return Object.fromEntries(things.map((thing, index) => [names[index], tell(thing)]));
}

/** Every entry of the pages of a paginator. */
export async function collect<P, T>(
  pages: AsyncIterable<P>,
  entries: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(entries(page) ?? []));
  return found;
}

/** An answer of AWS, or nothing where AWS says by this error that there is none. */
export async function unless<T>(errorName: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === errorName) return undefined;
    throw error;
  }
}

/** A value that AWS always tells. */
export function told<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('AWS did not tell what it always tells');
  return value;
}
