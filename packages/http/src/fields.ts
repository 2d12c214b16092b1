import type { Texts } from './route.ts';
import { asRecord, isText, type UnknownRecord } from './unknown-record.ts';

/**
 * The headers of an event under lower-case names. Nothing that was sent twice is dropped: payload 2.0 joins values by a
 * comma itself, and payload 1.0 (`multiValueHeaders`) is joined the same way, so that both give the same text.
 */
export function collectHeaders(event: UnknownRecord): Texts {
  const values = collect(event.headers, event.multiValueHeaders, (name) => name.toLowerCase());
  const cookies = [...(values.get('cookie') ?? []), ...list(event.cookies)];
  if (cookies.length > 0) values.set('cookie', [cookies.join('; ')]);
  return joined(values);
}

/** The query of an event, decoded by the gateway; values of a name sent twice are joined by a comma, as payload 2.0 does. */
export function collectQuery(event: UnknownRecord): Texts {
  return joined(collect(event.queryStringParameters, event.multiValueQueryStringParameters, (name) => name));
}

/** `many` holds every value where it is there; `single` only the last one of each. */
function collect(single: unknown, many: unknown, rename: (name: string) => string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  const add = (name: string, found: readonly string[]) => {
    if (found.length > 0) values.set(rename(name), [...(values.get(rename(name)) ?? []), ...found]);
  };
  for (const [name, found] of Object.entries(asRecord(many))) add(name, list(found));
  const seen = new Set(values.keys());
  for (const [name, found] of Object.entries(asRecord(single))) {
    if (!seen.has(rename(name))) add(name, list([found]));
  }
  return values;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

function joined(values: ReadonlyMap<string, readonly string[]>): Texts {
  const result: Record<string, string> = Object.create(null);
  for (const [name, found] of values) result[name] = found.join(',');
  return result;
}
