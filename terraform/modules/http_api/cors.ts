import type { Apigatewayv2ApiCorsConfiguration } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { CORS_ANSWER_HEADERS, CORS_MAX_AGE_SECONDS, CORS_REQUEST_HEADERS } from '@cloakroom/core';

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
    allowHeaders: [...CORS_REQUEST_HEADERS],
    exposeHeaders: [...CORS_ANSWER_HEADERS],
    maxAge: CORS_MAX_AGE_SECONDS,
  };
}
