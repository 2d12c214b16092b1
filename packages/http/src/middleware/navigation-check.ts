import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';
import type { HttpRequest } from '../route.ts';

/**
 * Keeps everything but a browser's own way there from the routes of navigations: `HEAD`, what is loaded ahead of a click
 * (`Sec-Purpose`), and whatever a page fetches or frames (`Sec-Fetch-Dest`, W3C Fetch Metadata §2.1). Browsers that do not send
 * these headers pass.
 *
 * What is thrown: METHOD_NOT_ALLOWED, NAVIGATION_REQUIRED
 */
export function navigationCheck(): Layer {
  return {
    before({ event: { route, request } }) {
      if (route.access === 'navigation') assertNavigation(request);
    },
  };
}

/** @throws HttpError METHOD_NOT_ALLOWED, NAVIGATION_REQUIRED */
function assertNavigation({ method, headers }: HttpRequest<unknown>): void {
  if (method !== 'GET') throw new HttpError('METHOD_NOT_ALLOWED');
  const { 'sec-purpose': purpose, 'sec-fetch-dest': destination = 'document' } = headers;
  if (purpose !== undefined || destination !== 'document') throw new HttpError('NAVIGATION_REQUIRED');
}
