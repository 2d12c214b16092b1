import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { errorCode } from '../base/error-code.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { KEEP_ALIVE_MS, listen } from '../base/ports.ts';
import { reshapeAnswers } from './after-provider.ts';
import { answerBefore } from './before-provider.ts';
import { createControl, type ProviderControl } from './control.ts';
import { endSessionsOf, type SessionEnder, sendLogoutToken, sessionsOf } from './end-session.ts';
import { login } from './interaction.ts';
import { makeLogoutToken } from './logout-token.ts';
import type { RefreshRotation } from './provider-behaviour.ts';
import { backchannelLogoutUri } from './provider-clients.ts';
import { providerConfiguration } from './provider-configuration.ts';
import { loadClientKey, loadProviderKeys, type SigningKey } from './provider-keys.ts';
import type { ProviderShape } from './provider-shape.ts';
import { openProviderStore } from './provider-store.ts';
import { createRefreshTokens } from './refresh-tokens.ts';

export interface ProviderOptions {
  readonly port: number;
  readonly dataDir: string;
  /** `local` by default. */
  readonly shape?: ProviderShape;
  /** The local API, without a slash at the end: where logout tokens go. `http://127.0.0.1:3000` by default. */
  readonly api?: string;
  /** What becomes of refresh tokens when they are used; `none` by default. */
  readonly refreshRotation?: RefreshRotation;
  /** Whether `/control` answers: for tests that run the provider in another process. Off by default. */
  readonly isControlled?: boolean;
}

/** The OpenID Connect provider, running. */
export interface LocalProvider extends ProviderControl {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly issuer: string;
  /** By which the client of `private_key_jwt` proves itself: a private JWK for RS256. */
  readonly clientKey: SigningKey;
  stop(): Promise<void>;
}

/**
 * Starts an OpenID Connect provider whose login page takes any name, at `http://localhost:<port>`.
 * Its keys and sign-ins are in `dataDir` and survive restarts.
 *
 * @throws PortInUseError when something else listens there
 */
export async function startProvider(options: ProviderOptions): Promise<LocalProvider> {
  const { port, dataDir, shape = 'local', api = 'http://127.0.0.1:3000', isControlled = false } = options;
  const issuer = `http://localhost:${port}`;
  const keys = await loadProviderKeys(join(dataDir, 'keys.json'));
  const clientKey = await loadClientKey(join(dataDir, 'client-key.json'));
  const store = await openProviderStore(join(dataDir, 'state.json'));
  const control = createControl({
    isControlled,
    refreshRotation: options.refreshRotation ?? 'none',
    endSessionsOf: (user) => endSessionsOf(ender, user),
    sessionsOf: (user) => sessionsOf(ender, user),
    logoutToken: (wish) => makeLogoutToken({ issuer, keys, clockOffsetSeconds: behaviour().clockOffsetSeconds }, wish),
    sendLogoutToken: (token) => sendLogoutToken(backchannelLogoutUri(api), token),
  });
  const { behaviour, useOnce } = control;
  const refreshTokens = createRefreshTokens(shape, behaviour);
  const provider = new Provider(
    issuer,
    providerConfiguration({ shape, keys, clientKey, store, api, behaviour, refreshTokens }),
  );
  const ender: SessionEnder = { provider, shape, keys, store, behaviour };
  reshapeAnswers({ ender, control, refreshTokens });
  const serve = provider.callback();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever makes another name resolve to this machine gets no tokens for it.
    if (!isLoopbackHost(request.headers.host)) response.writeHead(403).end('the host is not this machine');
    else if (isControlled && request.url?.startsWith('/control/')) await control.serve(request, response);
    else if (await answerBefore({ issuer, shape, behaviour: behaviour(), useOnce }, request, response)) return;
    else if (request.url?.startsWith('/interaction/')) await login({ provider, behaviour }, request, response);
    else await serve(request, response);
  }
  const servers = await listenOnLocalhost(port, (request, response) => {
    handle(request, response).catch(() => response.writeHead(400).end('this sign-in is over: begin again'));
  });
  return {
    issuer,
    clientKey,
    behave: control.behave,
    endSessionsOf: control.endSessionsOf,
    sessionsOf: control.sessionsOf,
    issued: control.issued,
    refreshes: control.refreshes,
    logoutToken: control.logoutToken,
    sendLogoutToken: control.sendLogoutToken,
    async stop() {
      await Promise.all(servers.map(close));
    },
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** `localhost` is 127.0.0.1 to some and ::1 to others: listens on both, where there is IPv6. */
async function listenOnLocalhost(port: number, listener: Listener): Promise<readonly Server[]> {
  const v4 = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  await listen(v4, { port, host: '127.0.0.1' });
  const v6 = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
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
