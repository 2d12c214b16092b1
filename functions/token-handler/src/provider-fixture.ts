import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestSigner } from '@cloakroom/testing';

/** A person's session at the provider. */
export interface ProviderSession {
  readonly sub: string;
  readonly sid: string;
  /** Epoch seconds, by the provider's clock. */
  readonly authTime: number;
}

interface Grant extends ProviderSession {
  readonly query: URLSearchParams;
  isOver: boolean;
}

/** A provider whose clock and whims a test sets. It has no pages: `authorize` stands for what a person does there. */
export interface TestProvider {
  readonly issuer: string;
  /** What was posted, as `path` and form. */
  readonly posted: { readonly path: string; readonly form: URLSearchParams; readonly authorization: string }[];
  /** Every code and token it gave out. */
  readonly secrets: string[];
  /** Changes what the next answers are like. */
  behave(change: Partial<Behaviour>): void;
  /** The callback address, after a person has signed in at this authorization address. */
  authorize(location: string, session: ProviderSession, change?: Readonly<Record<string, string | undefined>>): string;
  /** Nobody can refresh in this session any more. */
  endSession(sid: string): void;
  /** The tokens of a person who has signed in at this client by other ways than ours. */
  give(session: ProviderSession, clientId?: string): GivenTokens;
  stop(): Promise<void>;
}

interface GivenTokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly [member: string]: unknown;
}

interface Behaviour {
  /** Epoch seconds. */
  nowSeconds: () => number;
  idClaims: Readonly<Record<string, unknown>>;
  accessClaims: Readonly<Record<string, unknown>>;
  accessToken: (claims: object) => string;
  /** Answers of the token endpoint in place of tokens, by turn. */
  refusals: { status: number; body: object }[];
  endSessionStatus: number;
  hasDiscovery: boolean;
  hasRefreshTokens: boolean;
  /** Whether a refresh token is good once, and its second use ends the grant. */
  isStrict: boolean;
  refreshExpiresIn: number | undefined;
  /** Whether it hangs up in place of an answer to a refresh, which it has carried out. */
  losesAnswers: boolean;
  /** What happens while a refresh is carried out. */
  duringRefresh: () => Promise<void>;
}

export async function startTestProvider(nowSeconds: () => number): Promise<TestProvider> {
  const signer = createTestSigner('ES256', 'k1');
  const grants = new Map<string, Grant>();
  const refreshTokens = new Map<string, Grant>();
  const used = new Set<string>();
  const posted: TestProvider['posted'] = [];
  const secrets: string[] = [];
  let behaviour: Behaviour = {
    nowSeconds,
    idClaims: {},
    accessClaims: {},
    accessToken: (claims) => signer.sign({ ...claims }),
    refusals: [],
    endSessionStatus: 204,
    hasDiscovery: true,
    hasRefreshTokens: true,
    isStrict: false,
    refreshExpiresIn: undefined,
    losesAnswers: false,
    duringRefresh: async () => undefined,
  };
  const keep = (secret: string) => {
    secrets.push(secret);
    return secret;
  };

  function tokens(form: URLSearchParams): { status: number; body: object } {
    const refusal = behaviour.refusals.shift();
    if (refusal !== undefined) return refusal;
    const grant = form.get('grant_type') === 'refresh_token' ? refreshed(form) : redeemed(form);
    if (grant === undefined || grant.isOver) return { status: 400, body: { error: 'invalid_grant' } };
    return { status: 200, body: given(grant) };
  }

  function given(grant: Grant): GivenTokens {
    const now = behaviour.nowSeconds();
    const common = { iss: issuer, sub: grant.sub, iat: now, exp: now + 300, sid: grant.sid, auth_time: grant.authTime };
    const client = grant.query.get('client_id');
    const idToken = signer.sign({
      ...common,
      aud: client,
      azp: client,
      nonce: grant.query.get('nonce'),
      ...behaviour.idClaims,
    });
    const accessToken = behaviour.accessToken({
      ...common,
      aud: 'api',
      azp: client,
      typ: 'Bearer',
      scope: 'openid orders',
      ...behaviour.accessClaims,
    });
    const refreshToken = keep(`refresh-${randomUUID()}`);
    refreshTokens.set(refreshToken, grant);
    return {
      access_token: keep(accessToken),
      id_token: keep(idToken),
      ...(behaviour.hasRefreshTokens ? { refresh_token: refreshToken } : {}),
      refresh_expires_in: behaviour.refreshExpiresIn,
      token_type: 'Bearer',
      expires_in: 300,
    };
  }

  function redeemed(form: URLSearchParams): Grant | undefined {
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return grant?.query.get('code_challenge') === challenge ? grant : undefined;
  }

  function refreshed(form: URLSearchParams): Grant | undefined {
    const token = form.get('refresh_token') ?? '';
    const grant = refreshTokens.get(token);
    if (behaviour.isStrict && used.has(token) && grant !== undefined) grant.isOver = true;
    used.add(token);
    return grant;
  }

  function answer(path: string, form: URLSearchParams): { status: number; body?: object } {
    if (path === '/.well-known/openid-configuration' && behaviour.hasDiscovery)
      return { status: 200, body: metadata() };
    if (path === '/jwks') return { status: 200, body: { keys: [signer.jwk] } };
    if (path === '/token') return tokens(form);
    if (path === '/logout') return { status: behaviour.endSessionStatus };
    return path === '/revoke' ? { status: 200 } : { status: 404, body: { error: 'not_found' } };
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    end_session_endpoint: `${issuer}/logout`,
    revocation_endpoint: `${issuer}/revoke`,
    authorization_response_iss_parameter_supported: true,
  });

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const form = new URLSearchParams(await readText(request));
    if (request.method === 'POST') posted.push({ path, form, authorization: request.headers.authorization ?? '' });
    const isRefresh = path === '/token' && form.get('grant_type') === 'refresh_token';
    if (isRefresh) await behaviour.duringRefresh();
    const { status, body } = answer(path, form);
    if (isRefresh && behaviour.losesAnswers) {
      response.destroy();
      return;
    }
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    posted,
    secrets,
    behave(change) {
      behaviour = { ...behaviour, ...change };
    },
    authorize(location, session, change = {}) {
      const query = new URL(location).searchParams;
      const code = keep(`code-${randomUUID()}`);
      grants.set(code, { ...session, query, isOver: false });
      const answered = { code, state: query.get('state') ?? undefined, iss: issuer, ...change };
      const url = new URL(query.get('redirect_uri') ?? '');
      for (const [name, value] of Object.entries(answered)) if (value !== undefined) url.searchParams.set(name, value);
      return url.href;
    },
    endSession(sid) {
      for (const grant of refreshTokens.values()) if (grant.sid === sid) grant.isOver = true;
    },
    give: (session, clientId = 'web') =>
      given({ ...session, query: new URLSearchParams({ client_id: clientId }), isOver: false }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
