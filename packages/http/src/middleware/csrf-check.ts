import { CSRF_HEADER } from '@cloakroom/core';
import { type CsrfRefusal, judgeCookieRequest } from '../csrf.ts';
import type { Layer } from '../exchange.ts';
import { HttpError } from '../http-error.ts';

interface Explanation {
  readonly field: string;
  readonly message: string;
}

const EXPLANATIONS: Readonly<Record<CsrfRefusal, Explanation>> = {
  csrf_header_missing: {
    field: CSRF_HEADER,
    message: `a request with a session cookie must send the header ${CSRF_HEADER}: 1`,
  },
  origin_missing: { field: 'origin', message: 'a request that changes something must tell its Origin, as browsers do' },
  origin_refused: { field: 'origin', message: 'the Origin of this request is not one of the configured origins' },
  fetch_site_refused: {
    field: 'sec-fetch-site',
    message: 'this request comes from another site, or from no page at all, and tells no Origin',
  },
};

/**
 * The rules for requests with a ticket, which a browser adds by itself whoever asks, and for all requests to routes of
 * `access: 'frontend'`. The authorizer has asked the same; a route attached to another one must not open.
 *
 * What is thrown: CSRF_REFUSED
 */
export function csrfCheck(allowedOrigins: readonly string[]): Layer {
  return {
    before({ event: { route, request } }) {
      if (route.access !== 'frontend' && request.caller?.kind !== 'ticket') return;
      const { method, headers } = request;
      const refusal = judgeCookieRequest({ method, header: (name) => headers[name], allowedOrigins });
      if (refusal === undefined) return;
      const { message, field } = EXPLANATIONS[refusal];
      throw new HttpError('CSRF_REFUSED', message, { field, reason: refusal });
    },
  };
}
