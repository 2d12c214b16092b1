import { isObject } from '@cloakroom/core';
import type { Texts } from './route.ts';

/** An object of which nothing is known yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** The value if it is an object, else one without properties: whatever is read from it must be checked. */
export function asRecord(value: unknown): UnknownRecord {
  return isObject(value) ? value : {};
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The properties that are texts, each through `convert`. */
export function stringsOf(value: unknown, convert: (value: string) => string): Texts {
  const result: Record<string, string> = Object.create(null);
  for (const [name, text] of Object.entries(asRecord(value))) {
    if (isText(text)) result[name] = convert(text);
  }
  return result;
}
