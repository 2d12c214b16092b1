import type { Apigatewayv2ApiCorsConfiguration } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';

const MAX_AGE_SECONDS = 600;

/**
 * What the gateway answers to browsers of other origins, on refusals too. It replaces what the functions send.
 *
 * @throws Error for `*`, which must not meet credentials
 */
export function corsFor(origins: readonly string[], methods: readonly string[]): Apigatewayv2ApiCorsConfiguration {
  const pattern = origins.find((origin) => origin.includes('*'));
  if (pattern !== undefined) throw new Error(`an allowed origin must be exact, not ${pattern}`);
  return {
    allowCredentials: true,
    allowOrigins: [...origins],
    allowMethods: [...new Set(methods)].sort(),
    allowHeaders: ['authorization', 'content-type', 'if-match', 'x-cloakroom-csrf'],
    // What a page may read of an answer to another origin, besides its body.
    exposeHeaders: ['etag', 'retry-after', 'x-next-cursor'],
    maxAge: MAX_AGE_SECONDS,
  };
}
