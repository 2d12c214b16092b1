import * as v from 'valibot';
import { isObject } from './is-object.ts';

/**
 * A JSON value as its author wrote it (RFC 8259), but for the white space between its tokens: every digit of a number, the order of
 * names, the escapes of a string. JavaScript's own values keep none of these.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get byteLength(): number {
    return Buffer.byteLength(this.text);
  }
}

/** A value of our own as JSON. */
export function jsonText(value: object): JsonText {
  return new JsonText(JSON.stringify(value));
}

const SOURCES = new WeakMap<object, () => string>();

/** Lets {@link jsonObject} find the text that a parser has read an object or a list from. */
export function rememberSource(value: object, source: () => string): void {
  SOURCES.set(value, source);
}

/** An object of a parsed body, which leaves as the text that it was sent as. */
export const jsonObject = v.pipe(
  v.custom<object>(isObject, 'must be an object'),
  v.transform((value) => {
    const source = SOURCES.get(value);
    return source === undefined ? jsonText(value) : new JsonText(source());
  }),
);

/** The text of a JSON object, as it is stored and queued. */
export const jsonObjectText = v.pipe(
  v.string(),
  v.check(isTextOfObject, 'must be the text of a JSON object'),
  v.transform((text) => new JsonText(text)),
);

function isTextOfObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** What `JSON.stringify` makes of a value, where each {@link JsonText} in it stands for itself. */
export function formatJson(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(formatJson).join(',')}]`;
  if (!isObject(value) || 'toJSON' in value) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${formatJson(member)}`).join(',')}}`;
}
