import { createHash, randomBytes } from 'node:crypto';

/** The login page: any name will do. `problem` says why the last one would not. */
export function loginPage({ problem, hint = '' }: { problem?: string; hint?: string | undefined }): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in</title>
<style>
  body { font: 1rem system-ui; max-width: 22rem; margin: 15vh auto; padding: 0 1rem; }
  input, button { font: inherit; width: 100%; box-sizing: border-box; margin-top: .5rem; padding: .5rem; }
  [role=alert] { color: #b00020; }
</style>
<h1>Sign in</h1>
<p>The local provider takes any name; there is no password. The name becomes the user's <code>sub</code>.</p>
${problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
<form method="post">
  <label>Name <input name="login" value="${escapeHtml(hint)}" autocomplete="username" required autofocus></label>
  <button>Sign in</button>
</form>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

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

const CLIENT_ID = 'cloakroom-local';
/** Nothing listens there: the code is read from the redirect itself. */
const REDIRECT_URI = 'http://127.0.0.1/callback';
const SCOPE = 'openid profile email';
const MAX_REDIRECTS = 10;

/**
 * Signs a user in at the local provider as a browser would: authorization code with PKCE (RFC 7636), through the login page.
 *
 * @throws Error when the provider cannot be reached; its `cause` says why
 */
export async function signIn(issuer: string, user: string): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const code = await authorize(issuer, user, createHash('sha256').update(verifier).digest('base64url'));
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI };
  return requestTokens(issuer, grant);
}

/**
 * New tokens of the same sign-in.
 *
 * @throws ProviderRefusedError when the sign-in is over
 */
export function refresh(issuer: string, refreshToken: string): Promise<Tokens> {
  return requestTokens(issuer, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function authorize(issuer: string, user: string, challenge: string): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const cookies = new Map<string, string>();
  let url = new URL(`${issuer}/auth?${query}`);
  for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
    if (url.href.startsWith(REDIRECT_URI)) return readCode(url, state);
    const form = url.pathname.startsWith('/interaction/') ? new URLSearchParams({ login: user }) : undefined;
    url = await follow(url, cookies, form);
  }
  throw new Error('the provider redirects in circles');
}

/** One step: keeps the cookies and returns where the answer points to. */
async function follow(url: URL, cookies: Map<string, string>, form: URLSearchParams | undefined): Promise<URL> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const method = form === undefined ? {} : { method: 'POST', body: form };
  const response = await fetch(url, { ...method, redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  const location = response.headers.get('location');
  const text = await response.text();
  if (location === null) {
    const alert = /role="alert">([^<]*)/.exec(text)?.[1];
    throw new ProviderRefusedError(alert ?? `status ${response.status} at ${url.pathname}`);
  }
  return new URL(location, url);
}

function readCode({ searchParams }: URL, state: string): string {
  const code = searchParams.get('code');
  if (code === null || searchParams.get('state') !== state) {
    throw new ProviderRefusedError(searchParams.get('error') ?? 'no code');
  }
  return code;
}

async function requestTokens(issuer: string, grant: Record<string, string>): Promise<Tokens> {
  const body = new URLSearchParams({ client_id: CLIENT_ID, ...grant });
  const response = await fetch(`${issuer}/token`, { method: 'POST', body });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken } = answer;
  if (typeof accessToken !== 'string' || typeof idToken !== 'string' || typeof refreshToken !== 'string') {
    throw new ProviderRefusedError(String(answer.error ?? `status ${response.status} at /token`));
  }
  return { accessToken, idToken, refreshToken };
}
