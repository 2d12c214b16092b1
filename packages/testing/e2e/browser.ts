import { createHash, randomBytes } from 'node:crypto';

const CLIENT = { client_id: 'cloakroom-local', redirect_uri: 'http://127.0.0.1/callback' };
const MAX_REDIRECTS = 10;

/** A browser that signs somebody in at the local provider, and keeps the provider's cookies. */
export class Browser {
  /** How often the provider has shown its form. */
  forms = 0;
  private readonly cookies = new Map<string, string>();
  private readonly provider: string;
  private readonly user: string;

  constructor(provider: string, user: string) {
    this.provider = provider;
    this.user = user;
  }

  /** The access token of a sign-in (RFC 6749 §4.1 with RFC 7636); the provider shows its form if it must, or is asked to. */
  async signIn(parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const pkce = { code_challenge, code_challenge_method: 'S256' };
    const query = new URLSearchParams({ ...CLIENT, response_type: 'code', scope: 'openid', ...pkce, ...parameters });
    const code = await this.codeFrom(new URL(`${this.provider}/auth?${query}`));
    const body = new URLSearchParams({ ...CLIENT, grant_type: 'authorization_code', code, code_verifier: verifier });
    const response = await fetch(`${this.provider}/token`, { method: 'POST', body });
    return String(((await response.json()) as { access_token?: string }).access_token);
  }

  private async codeFrom(start: URL): Promise<string> {
    let url = start;
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      if (url.href.startsWith(CLIENT.redirect_uri)) return url.searchParams.get('code') ?? url.search;
      url = await this.follow(url);
    }
    throw new Error('the provider redirects in circles');
  }

  private async follow(url: URL): Promise<URL> {
    const isForm = url.pathname.startsWith('/interaction/');
    if (isForm) this.forms += 1;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const post = isForm ? { method: 'POST', body: new URLSearchParams({ login: this.user }) } : {};
    const response = await fetch(url, { ...post, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return new URL(response.headers.get('location') ?? '', url);
  }
}
