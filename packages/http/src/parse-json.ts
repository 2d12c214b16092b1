import { rememberSource } from '@cloakroom/core';
import type { Payload } from './dialect.ts';
import { HttpError } from './http-error.ts';

const MAX_DEPTH = 16;
const MAX_NAMES = 1000;
const MAX_PATH_LENGTH = 200;

/** RFC 8259 §2: strings, structural characters, and numbers and literals. White space between them is left out. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * The JSON value of a body (RFC 8259), holding only what every later part can carry: valid UTF-8, well-formed strings, at most 16
 * levels and 1000 names, none of them `__proto__`. Objects in it remember their text: see `jsonObject`.
 *
 * @throws HttpError MALFORMED_JSON; `field` is the path of the first offence inside the JSON
 */
export function parseJson(payload: Exclude<Payload, undefined>): unknown {
  if (payload === 'undecodable') throw malformed('the body is not valid UTF-8');
  return readValue({ tokens: tokensOf(payload), at: 0, nameCount: 0 }, []);
}

function tokensOf(payload: Buffer): readonly string[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    JSON.parse(text); // the grammar: what follows relies on it
    return text.match(TOKEN) ?? [];
  } catch (error) {
    throw new HttpError('MALFORMED_JSON', 'the body is not JSON in UTF-8', { cause: error });
  }
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  nameCount: number;
}

function next(reader: Reader): string {
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  return token;
}

/** `JSON.parse` tells neither where an object stands in the text, nor what a name said that comes twice. */
function readValue(reader: Reader, path: readonly string[]): unknown {
  const start = reader.at;
  const token = next(reader);
  if (token !== '{' && token !== '[') return readScalar(token, path);
  if (path.length >= MAX_DEPTH) throw malformed(`is nested more than ${MAX_DEPTH} levels deep`, path);
  const value = token === '{' ? readObject(reader, path) : readList(reader, path);
  const end = reader.at;
  rememberSource(value, () => reader.tokens.slice(start, end).join(''));
  return value;
}

function readObject(reader: Reader, path: readonly string[]): object {
  const members: Record<string, unknown> = {};
  for (let token = next(reader); token !== '}'; token = next(reader)) {
    if (token === ',') continue;
    const name = readName(reader, token, path);
    next(reader); // the colon
    members[name] = readValue(reader, [...path, name]);
  }
  return members;
}

function readList(reader: Reader, path: readonly string[]): unknown[] {
  const items: unknown[] = [];
  while (reader.tokens[reader.at] !== ']') {
    if (reader.tokens[reader.at] === ',') reader.at += 1;
    else items.push(readValue(reader, [...path, String(items.length)]));
  }
  reader.at += 1;
  return items;
}

function readName(reader: Reader, token: string, path: readonly string[]): string {
  const name: string = JSON.parse(token);
  // Assigned, it would make no member: it would change what the object is.
  if (name === '__proto__') throw malformed('is not an allowed name', [...path, name]);
  if (!name.isWellFormed()) throw malformed('has a name that is not valid Unicode', path);
  reader.nameCount += 1;
  if (reader.nameCount > MAX_NAMES) throw malformed(`the body has more than ${MAX_NAMES} names`);
  return name;
}

function readScalar(token: string, path: readonly string[]): unknown {
  const value: unknown = JSON.parse(token);
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed('is not valid Unicode', path);
  // Digits may be any number: they are kept. An exponent that a reader's double cannot hold is nobody's data.
  if (isOverflow(value) && /e/i.test(token)) throw malformed('is a number out of range', path);
  return value;
}

function isOverflow(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function malformed(problem: string, path: readonly string[] = []): HttpError {
  const field = path.join('.').slice(0, MAX_PATH_LENGTH).toWellFormed();
  return new HttpError(
    'MALFORMED_JSON',
    field === '' ? problem : `${field}: ${problem}`,
    field === '' ? {} : { field },
  );
}
