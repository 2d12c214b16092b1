import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isSub } from '@cloakroom/core';
import Provider from 'oidc-provider';
import { errorCode } from '../base/error-code.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { listen } from '../base/ports.ts';
import { loginPage } from './login-page.ts';
import { providerConfiguration } from './provider-configuration.ts';
import { loadProviderKeys } from './provider-keys.ts';
import { openProviderStore } from './provider-store.ts';

const MAX_FORM_BYTES = 4096;
/** Who is in which group; everyone else is in none. */
const GROUPS = { admin: ['admins'] };

/** The OpenID Connect provider, running. */
export interface LocalProvider {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly issuer: string;
  stop(): Promise<void>;
}

/**
 * Starts an OpenID Connect provider whose login page takes any name, at `http://localhost:<port>`.
 * Its keys and sign-ins are in `dataDir` and survive restarts.
 *
 * @throws PortInUseError when something else listens there
 */
export async function startProvider({ port, dataDir }: { port: number; dataDir: string }): Promise<LocalProvider> {
  const issuer = `http://localhost:${port}`;
  const keys = await loadProviderKeys(join(dataDir, 'keys.json'));
  const adapter = await openProviderStore(join(dataDir, 'state.json'));
  const provider = new Provider(issuer, providerConfiguration({ keys, adapter, groups: GROUPS }));
  const serve = provider.callback();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever makes another name resolve to this machine gets no tokens for it.
    if (!isLoopbackHost(request.headers.host)) response.writeHead(403).end('the host is not this machine');
    else if (request.url?.startsWith('/interaction/')) await login(provider, request, response);
    else await serve(request, response);
  }
  const servers = await listenOnLocalhost(port, (request, response) => {
    handle(request, response).catch(() => response.writeHead(400).end('this sign-in is over: begin again'));
  });
  return {
    issuer,
    async stop() {
      await Promise.all(servers.map(close));
    },
  };
}

/** The page that asks for a name, and what it posts. There is no password: everything here is local. */
async function login(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const html = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  if (request.method !== 'POST') {
    const hint = typeof params.login_hint === 'string' ? params.login_hint : undefined;
    response.writeHead(200, html).end(loginPage({ hint }));
    return;
  }
  const accountId = (await readForm(request)).get('login')?.trim() ?? '';
  if (!isSub(accountId)) {
    response.writeHead(400, html).end(loginPage({ problem: 'A name has 1 to 255 printable ASCII characters.' }));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId } }, { mergeWithLastSubmission: false });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text = (text + chunk.toString()).slice(0, MAX_FORM_BYTES);
  return new URLSearchParams(text);
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** `localhost` is 127.0.0.1 to some and ::1 to others: listens on both, where there is IPv6. */
async function listenOnLocalhost(port: number, listener: Listener): Promise<readonly Server[]> {
  const v4 = createServer(listener);
  await listen(v4, { port, host: '127.0.0.1' });
  const v6 = createServer(listener);
  try {
    await listen(v6, { port, host: '::1' });
    return [v4, v6];
  } catch (error) {
    if (isWithoutIpv6(error)) return [v4];
    await close(v4);
    throw error;
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(errorCode(error) ?? '');
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
