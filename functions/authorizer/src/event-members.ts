/** An event, or an object in it, before anything is known of it. */
export type Members = Readonly<Record<string, unknown>>;
export type Texts = Readonly<Record<string, string>>;
export type TextLists = Readonly<Record<string, readonly string[]>>;

export function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** An object of texts, which API Gateway leaves out or sets to null where there are none. Undefined for anything else. */
export function readTexts(value: unknown): Texts | undefined {
  return readRecord(value, isText);
}

/** The same of lists of texts. */
export function readTextLists(value: unknown): TextLists | undefined {
  return readRecord(value, isTextList);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.findIndex((each) => typeof each !== 'string') === -1;
}

function readRecord<T>(value: unknown, isMember: (member: unknown) => member is T) {
  if (value === undefined || value === null) return NO_MEMBERS;
  if (!hasMembers(value)) return undefined;
  for (const name of Object.keys(value)) {
    if (!isMember(value[name]) && !OF_EVERY_OBJECT.has(name)) return undefined;
  }
  return value as Readonly<Record<string, T>>;
}

const NO_MEMBERS = {};

/** Nobody looks these up: what a client sends under such a name does not matter. */
const OF_EVERY_OBJECT = new Set(['__proto__', 'constructor', 'prototype']);
