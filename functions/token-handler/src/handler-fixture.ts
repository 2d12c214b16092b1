import { setTimeout } from 'node:timers/promises';
import { keySetsFrom, parseIssuers } from '@cloakroom/auth';
import { browserClientsOf, createHandInVerifier } from '@cloakroom/auth/oidc';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { type HttpHandler, httpStack } from '@cloakroom/http';
import {
  createFlowStore,
  createSessionStore,
  createTicketStore,
  createTokenStore,
  type SessionStore,
  type TicketStore,
  type TokenStore,
} from '@cloakroom/sessions';
import {
  anIssuer,
  aPolicy,
  createTestTable,
  httpApiEvent,
  lambdaContext,
  meteredDynamoDb,
  type RecordedTelemetry,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
  testKms,
} from '@cloakroom/testing';
import { createPlaces } from './create-places.ts';
import { type ProviderSession, startTestProvider, type TestProvider } from './provider-fixture.ts';
import { tokenHandler } from './token-handler.ts';

export const FRONTEND = 'https://app.example.com';
export const API = 'https://api.example.com';
const COOKIE = '__Host-cloakroom';

/** What a page sends with `fetch`. */
export const BY_PAGE = { origin: FRONTEND, 'x-cloakroom-csrf': '1', 'sec-fetch-site': 'same-site' };

export interface Bench {
  readonly provider: TestProvider;
  readonly telemetry: RecordedTelemetry;
  readonly sessions: SessionStore & TicketStore;
  readonly table: string;
  readonly dynamodb: ReturnType<typeof testDynamoDb>;
  /** What the handler has sent to DynamoDB since the last look. */
  readonly takeRequests: ReturnType<typeof meteredDynamoDb>['takeRequests'];
  readonly tokens: TokenStore;
  readonly handle: HttpHandler;
  /** As another deployment of the function has it, over the same table. */
  readonly setBootstrap: (bootstrap: 'on' | 'off') => void;
  /** Our clock, in epoch seconds; a test moves it. Waiting moves it too, but for what is under a second, which is waited. */
  now(): number;
  pass(seconds: number): void;
}

interface BenchOptions {
  /** Issuers that are configured before the one of the provider. */
  readonly before?: readonly object[];
  readonly issuer?: object;
  readonly browser?: object;
  readonly policy?: Parameters<typeof aPolicy>[0];
  readonly secret?: { get(): Promise<string>; replace(refused: string): Promise<string> };
  /** On, when absent. */
  readonly isHandInEnabled?: boolean;
}

interface HandlerOptions extends Pick<BenchOptions, 'policy' | 'secret' | 'isHandInEnabled'> {
  readonly issuers: readonly object[];
  readonly publicUrl: string;
  readonly origins: readonly string[];
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** The handler over a real table. */
export async function openHandler(options: HandlerOptions) {
  const { publicUrl, nowMs, sleep, policy = {}, secret, origins, isHandInEnabled = true } = options;
  const real = testDynamoDb();
  const { dynamodb, takeRequests } = meteredDynamoDb(real);
  const table = await createTestTable(real, 'sessions');
  const telemetry = recordTelemetry();
  const rules = aPolicy(policy);
  const issuers = parseIssuers(options.issuers);
  const store = { ...STORE_RULES, dynamodb, table, nowMs };
  const sessions = { ...createSessionStore(store), ...createTicketStore(store) };
  const env = {
    SESSIONS_TABLE: table,
    ISSUERS_FILE: issuers,
    KEYS_MAX_AGE_SECONDS: 86_400,
    KEYS_FROM: 'provider',
  } as const;
  const keys = keySetsFrom(env, { items: sdkItems(real), nowMs, telemetry });
  const tokens = createTokenStore({ dynamodb, table, nowMs, kms: testKms().kms, keyId: 'key' });
  const routes = tokenHandler({
    places: createPlaces({
      issuers,
      publicUrl,
      keys,
      nowMs,
      loginMaxLifetimeSeconds: STORE_RULES.loginMaxLifetimeSeconds,
      secretNamed: () => secret ?? { get: async () => 'secret', replace: async () => 'secret' },
    }),
    sessions,
    flows: createFlowStore({ dynamodb, table, nowMs }),
    verifyHandIn: createHandInVerifier({ clients: browserClientsOf(issuers), keys, nowMs }),
    isHandInEnabled,
    tokens,
    policy: rules,
    cookie: { name: COOKIE, sameSite: 'Lax', isSecure: true, isPersistent: false },
    publicUrl,
    ipStorage: 'truncated',
    nowMs,
    remainingMs: () => Number.POSITIVE_INFINITY,
    sleep,
    telemetry,
  });
  const handle = httpStack(routes, { allowedOrigins: origins, telemetry });
  const setBootstrap = (bootstrap: 'on' | 'off') => {
    Object.assign(rules, { bootstrap });
  };
  return { telemetry, sessions, table, dynamodb: real, takeRequests, tokens, handle, setBootstrap };
}

/** In front of a provider like Keycloak, with a clock that a test moves. */
export async function startBench({
  before = [],
  issuer = {},
  browser = {},
  ...options
}: BenchOptions = {}): Promise<Bench> {
  let seconds = 1_790_000_000;
  const provider = await startTestProvider(() => seconds);
  const frontends = [{ url: FRONTEND, name: 'app' }, { url: 'https://two.example.com' }];
  const configured = {
    ...anIssuer({ alias: 'main', issuer: provider.issuer, profile: 'keycloak', loginClaim: 'sid', audiences: ['api'] }),
    browser: { clientId: 'web', frontends, ...browser },
    ...issuer,
  };
  const opened = await openHandler({
    ...options,
    issuers: [...before, configured],
    publicUrl: API,
    origins: frontends.map(({ url }) => url),
    nowMs: () => seconds * 1000,
    sleep: async (ms) => {
      if (ms < 1000) await setTimeout(ms);
      else seconds += Math.ceil(ms / 1000);
    },
  });
  return {
    ...opened,
    provider,
    now: () => seconds,
    pass(by) {
      seconds += by;
    },
  };
}

interface Answer {
  readonly status: number;
  /** Where it sends the browser; empty when it does not. */
  readonly location: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly body: ReturnType<typeof JSON.parse>;
}

/** As much of a browser as these routes see: it keeps cookies, and goes where a test sends it. */
export interface TestBrowser {
  /** By name. */
  readonly cookies: Map<string, string>;
  go(address: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  fetch(routeKey: string, options?: { headers?: Readonly<Record<string, string>>; body?: object }): Promise<Answer>;
  readonly ticket: string | undefined;
}

export function createBrowser({ handle }: Pick<Bench, 'handle'>): TestBrowser {
  const cookies = new Map<string, string>();

  async function send(request: Parameters<typeof httpApiEvent>[0]): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...request.headers, ...(cookie === '' ? {} : { cookie }) };
    const answer = await handle(httpApiEvent({ ...request, headers }), lambdaContext());
    const setCookies = answer.cookies ?? [];
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const body = answer.body === '' ? undefined : JSON.parse(answer.body);
    return {
      status: answer.statusCode,
      location: answer.headers.location ?? '',
      headers: answer.headers,
      setCookies,
      body,
    };
  }

  return {
    cookies,
    get ticket() {
      return cookies.get(COOKIE);
    },
    go(address, headers = { 'sec-fetch-dest': 'document' }) {
      const { pathname, searchParams } = new URL(address, API);
      const [, alias] = /^\/auth\/callback\/(.+)$/.exec(pathname) ?? [];
      const routeKey = alias === undefined ? `GET ${pathname}` : 'GET /auth/callback/{alias}';
      const pathParameters = alias === undefined ? {} : { alias };
      return send({ routeKey, pathParameters, query: Object.fromEntries(searchParams), headers });
    },
    fetch(routeKey, { headers = BY_PAGE, body } = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      return send({
        routeKey,
        headers: { ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
  };
}

export function aProviderSession(bench: Pick<Bench, 'now'>, fields: Partial<ProviderSession> = {}): ProviderSession {
  const id = crypto.randomUUID();
  return { sub: `ada-${id}`, sid: `sid-${id}`, authTime: bench.now(), ...fields };
}

/** From the login route to the frontend, by a person with this session at the provider. */
export async function signIn(
  bench: Bench,
  browser: TestBrowser,
  session: ProviderSession,
  query = '',
): Promise<Answer> {
  const { location } = await browser.go(`/auth/login${query}`);
  return browser.go(bench.provider.authorize(location, session));
}
