import { HttpError } from './http-error.ts';
import type { HttpRequest } from './route.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const PAGE_PARAMETERS = ['cursor', 'limit'];

/** Which page of a list was asked for. */
export interface PageQuery {
  /** 1 to 100; 20 where none was given. */
  readonly limit: number;
  /** The `nextCursor` of an earlier page, as it was sent; undefined for the first page. */
  readonly cursor: string | undefined;
}

/** @throws HttpError INVALID_QUERY that names the parameter */
export function parsePageQuery(query: HttpRequest['query']): PageQuery {
  assertKnownParameters(query, PAGE_PARAMETERS);
  const { limit = String(DEFAULT_LIMIT), cursor } = query;
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    throw invalidQuery('limit', `must be a number from 1 to ${MAX_LIMIT}`);
  }
  return { limit: Number(limit), cursor };
}

/** A parameter that is misspelled must not pass for one that was left out. @throws HttpError INVALID_QUERY that names it */
export function assertKnownParameters(query: HttpRequest['query'], known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidQuery(unknown.slice(0, 100), 'is not a known parameter');
}

export function invalidQuery(field: string, problem: string): HttpError {
  return new HttpError('INVALID_QUERY', `${field}: ${problem}`, { field });
}
