import httpCors from '@middy/http-cors';
import { requireOrigins } from '../origins.ts';

/** What our clients send beyond the headers that need no permission. */
const REQUEST_HEADERS = 'authorization, content-type, if-match, x-cloakroom-csrf';
/** What a page may read of an answer to another origin, besides its body. */
const ANSWER_HEADERS = 'etag, retry-after, x-next-cursor';
const PREFLIGHT_MAX_AGE_SECONDS = 600;

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
    headers: REQUEST_HEADERS,
    exposeHeaders: ANSWER_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  });
}
