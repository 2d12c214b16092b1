/** A client of an OpenID Connect provider, as far as a sign-in needs to know it. */
export interface OidcClient {
  /** The provider's own name, and where it is: `http://localhost:3002`. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly id: string;
  /** Of a confidential client (RFC 6749 §2.1). */
  readonly secret?: string;
  /** Space-separated. */
  readonly scope: string;
  /** Where the code arrives; `REDIRECT_URI`, when absent. */
  readonly redirectUri?: string;
}

/** Where the code arrives. Nothing listens there: it is read from the redirect itself. */
export const REDIRECT_URI = 'http://127.0.0.1/callback';

/** What the provider gave for a sign-in or a refresh. */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** The provider refused: `code` is OAuth's, `invalid_grant` where a refresh token is no longer good (RFC 6749 §5.2). */
export class ProviderRefusedError extends Error {
  override readonly name = 'ProviderRefusedError';
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`the provider refused: ${code}`, options);
    this.code = code;
  }
}

type Grant = Readonly<Record<string, string>>;

/**
 * New tokens of the same sign-in.
 *
 * @throws ProviderRefusedError when the sign-in is over
 */
export function refresh(client: OidcClient, refreshToken: string): Promise<Tokens> {
  return requestTokens(client, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** @throws ProviderRefusedError when there are none to be had for the grant */
export async function requestTokens(client: OidcClient, grant: Grant): Promise<Tokens> {
  const { id_token: idToken, refresh_token: refreshToken, ...answer } = await ask(client, grant);
  if (typeof answer.access_token !== 'string' || typeof idToken !== 'string' || typeof refreshToken !== 'string') {
    throw new ProviderRefusedError(String(answer.error));
  }
  return { accessToken: answer.access_token, idToken, refreshToken };
}

/**
 * A token of a program of its own, by its own credentials (RFC 6749 §4.4).
 *
 * @throws ProviderRefusedError when the provider gives none
 */
export async function requestServiceToken(client: OidcClient): Promise<string> {
  const answer = await ask(client, { grant_type: 'client_credentials', scope: client.scope });
  if (typeof answer.access_token !== 'string') throw new ProviderRefusedError(String(answer.error));
  return answer.access_token;
}

/** What the token endpoint answers; `error` is always there where it refuses. */
async function ask(client: OidcClient, grant: Grant): Promise<Readonly<Record<string, unknown>>> {
  const { id, secret, tokenEndpoint } = client;
  const isPublic = secret === undefined;
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: isPublic ? {} : { authorization },
    body: new URLSearchParams(isPublic ? { client_id: id, ...grant } : grant),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  return {
    error: `status ${response.status} at ${new URL(tokenEndpoint).pathname}`,
    ...(answer as object | undefined),
  };
}
