import { createHash, randomBytes } from 'node:crypto';
import { type Browser, createBrowser, type Page } from '../browser/create-browser.ts';
import { type OidcClient, ProviderRefusedError, REDIRECT_URI, requestTokens, type Tokens } from './oidc-client.ts';

export interface SignInOptions {
  readonly client: OidcClient;
  /** What a person types into the login page. */
  readonly fields: Readonly<Record<string, string>>;
  /** One that may be signed in already: then the provider asks for nothing. A new one by default. */
  readonly browser?: Browser;
  /** More of the authorization request, such as `prompt`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Signs a user in as a browser would: authorization code with PKCE (RFC 7636), through the provider's login page where it
 * shows one.
 *
 * @throws ProviderRefusedError when the page does not let the user in; says what the page says
 * @throws Error                when the provider cannot be reached; its `cause` says why
 */
export async function signIn(options: SignInOptions): Promise<Tokens> {
  const { client, fields, browser = createBrowser(), parameters = {} } = options;
  const { redirectUri = REDIRECT_URI } = client;
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const query = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: client.scope,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const first = await browser.open(`${client.authorizationEndpoint}?${query}`, redirectUri);
  const isLoginPage = first.status === 200;
  const last = isLoginPage ? await browser.submit(first, fields, redirectUri) : first;
  const code = readCode(last, { redirectUri, state });
  return requestTokens(client, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
}

function readCode(page: Page, { redirectUri, state }: { redirectUri: string; state: string }): string {
  if (!page.url.href.startsWith(redirectUri)) {
    const problem = /(?:role="alert"|kc-feedback-text")>([^<]*)/.exec(page.html)?.[1]?.trim();
    throw new ProviderRefusedError(problem ?? `status ${page.status} at ${page.url.pathname}`);
  }
  const { searchParams } = page.url;
  const code = searchParams.get('code');
  if (code === null || searchParams.get('state') !== state) {
    throw new ProviderRefusedError(searchParams.get('error') ?? 'no code');
  }
  return code;
}
