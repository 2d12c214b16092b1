import type { TextLists, Texts } from './event-members.ts';

/** All values of a header, named in lower case; `headers` has the last of them alone. */
export function headerValues(name: string, headers: Texts, multiValueHeaders: TextLists): readonly string[] {
  const all = valuesNamed(name, multiValueHeaders);
  return all.length > 0 ? all.flat() : valuesNamed(name, headers);
}

function valuesNamed<T>(name: string, headers: Readonly<Record<string, T>>): readonly T[] {
  const values: T[] = [];
  for (const key of Object.keys(headers)) {
    const value = headers[key];
    if (value !== undefined && key.length === name.length && key.toLowerCase() === name) values.push(value);
  }
  return values;
}

/** Several values of a header as one; undefined where there is none. */
export function joinedBy(separator: string, values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(separator);
}
