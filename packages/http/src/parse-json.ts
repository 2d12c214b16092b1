import { HttpError } from './http-error.ts';
import type { Payload } from './normalise-event.ts';

const MAX_DEPTH = 16;
const MAX_KEYS = 1000;
const MAX_PATH_LENGTH = 200;
/** Names that mean something to JavaScript's objects; no honest client sends them. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The JSON value of a body (RFC 8259), holding only what every later part can carry: valid UTF-8, well-formed strings,
 * finite numbers, at most 16 levels and 1000 keys, no key that names a prototype.
 *
 * @throws HttpError MALFORMED_JSON; `field` is the path of the first offence inside the JSON
 */
export function parseJson(payload: Exclude<Payload, undefined>): unknown {
  if (payload === 'undecodable') throw malformed('the body is not valid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  } catch (error) {
    throw new HttpError('MALFORMED_JSON', 'the body is not JSON in UTF-8', { cause: error });
  }
  inspect(value, [], { keys: 0 });
  return value;
}

function inspect(value: unknown, path: readonly string[], count: { keys: number }): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw malformed('is a number out of range', path);
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed('is not valid Unicode', path);
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw malformed(`is nested more than ${MAX_DEPTH} levels deep`, path);
  for (const [key, child] of Object.entries(value)) {
    if (!Array.isArray(value)) inspectKey(key, path, count);
    inspect(child, [...path, key], count);
  }
}

function inspectKey(key: string, path: readonly string[], count: { keys: number }): void {
  if (PROTOTYPE_KEYS.has(key)) throw malformed('is not an allowed name', [...path, key]);
  if (!key.isWellFormed()) throw malformed('has a name that is not valid Unicode', path);
  count.keys += 1;
  if (count.keys > MAX_KEYS) throw malformed(`the body has more than ${MAX_KEYS} names`);
}

function malformed(problem: string, path: readonly string[] = []): HttpError {
  const field = path.join('.').slice(0, MAX_PATH_LENGTH).toWellFormed();
  return new HttpError(
    'MALFORMED_JSON',
    field === '' ? problem : `${field}: ${problem}`,
    field === '' ? {} : { field },
  );
}
