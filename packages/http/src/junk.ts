import type { Texts } from './route.ts';

/** An object of which nothing is known yet. */
export type Junk = Readonly<Record<string, unknown>>;

/** The value if it is an object, else one without properties: whatever is read from it must be checked. */
export function junk(value: unknown): Junk {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Junk) : {};
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The properties that are texts, each through `convert`. */
export function texts(value: unknown, convert: (value: string) => string): Texts {
  const result: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(junk(value))) {
    if (isText(text)) result[name] = convert(text);
  }
  return result;
}
