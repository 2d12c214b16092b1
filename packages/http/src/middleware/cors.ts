import { CORS_ANSWER_HEADERS, CORS_MAX_AGE_SECONDS, CORS_REQUEST_HEADERS } from '@cloakroom/core';
import httpCors from '@middy/http-cors';
import { requireOrigins } from '../origins.ts';

interface CorsOptions {
  readonly allowedOrigins: readonly string[];
  readonly methods: readonly string[];
}

/**
 * CORS for exact origins with credentials (Fetch Standard §3.2), on errors too: an answer without these headers looks
 * like a CORS bug to a browser's developer. An HTTP API with a CORS configuration of its own overrides them.
 *
 * @throws ConfigurationError when an allowed origin is `*` or anything but an exact origin
 */
export function cors({ allowedOrigins, methods }: CorsOptions): ReturnType<typeof httpCors> {
  return httpCors({
    origins: [...requireOrigins(allowedOrigins)],
    credentials: true,
    methods: methods.join(', '),
    headers: CORS_REQUEST_HEADERS.join(', '),
    exposeHeaders: CORS_ANSWER_HEADERS.join(', '),
    maxAge: CORS_MAX_AGE_SECONDS,
  });
}
