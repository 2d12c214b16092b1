import type { Caller } from '@cloakroom/core';
import { HttpError } from './http-error.ts';
import type { HttpRequest } from './route.ts';

/**
 * Who makes the request. There always is one behind every `access` but `public`.
 *
 * @throws HttpError UNAUTHORIZED
 */
export function requireCaller({ caller }: Pick<HttpRequest, 'caller'>): Caller {
  if (caller === undefined) throw new HttpError('UNAUTHORIZED', 'a valid credential is required');
  return caller;
}
