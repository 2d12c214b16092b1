import { ConfigurationError, type EnvSchema, isExactOrigin, isSecureUrl, json } from '@cloakroom/core';

/** Reads `ALLOWED_ORIGINS`: a JSON array of exact origins, `["https://app.example.com"]`; it may be empty. */
export const origins: EnvSchema<readonly string[]> = json(parseOrigins);

/**
 * Origins as browsers and web views spell them (RFC 6454 §6.2): https, http on a loopback host, or an app's own scheme.
 *
 * @throws Error that names the first one that is not
 */
function parseOrigins(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Error('must be a JSON array of origins');
  return value.map((origin: unknown) => {
    if (typeof origin === 'string' && isOrigin(origin)) return origin;
    throw new Error(`must hold exact origins such as "https://app.example.com", not ${JSON.stringify(origin)}`);
  });
}

/** @throws ConfigurationError for `*`, which browsers do not take with credentials, and for anything but exact origins */
export function requireOrigins(allowedOrigins: readonly string[]): readonly string[] {
  try {
    return parseOrigins(allowedOrigins);
  } catch (error) {
    throw new ConfigurationError([`allowed origins ${error instanceof Error ? error.message : ''}`], { cause: error });
  }
}

function isOrigin(text: string): boolean {
  return isExactOrigin(text) && (isSecureUrl(text) || !text.startsWith('http:'));
}

/** For every function that answers HTTP requests. */
export const httpEnv = { ALLOWED_ORIGINS: origins };
