import type { AbsoluteLocation, InitializeHandlerOptions } from '@smithy/types';
import type { CredentialSource } from './credentials.ts';
import { mapErrors } from './map-errors.ts';
import { type RetryDependencies, retryCredentials } from './retry-credentials.ts';

/** A new connection within a region takes milliseconds; one second covers the loss of its first packet. */
const CONNECTION_TIMEOUT_MS = 1000;
/** Attempts in all, the SDK's standard mode: throttling, 5xx, timeouts, failed connections. */
const MAX_ATTEMPTS = 3;

export interface ClientOptions {
  readonly region: string;
  /** For one attempt, connecting included. */
  readonly requestTimeoutMs: number;
  readonly credentials: CredentialSource;
  readonly retry: Omit<RetryDependencies, 'source'>;
}

/** The part of the SDK's client configuration that is ours. */
interface ClientConfig {
  readonly region: string;
  readonly credentials: CredentialSource['get'];
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/** The configuration of every client, stated once. */
function clientConfig({ region, requestTimeoutMs, credentials }: ClientOptions): ClientConfig {
  return {
    region,
    // `memoized` tells the SDK that the provider has a cache of its own: the SDK's would keep refused credentials.
    credentials: Object.assign(() => credentials.get(), { memoized: true }),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without it the SDK only logs a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
  };
}

type Middleware = ReturnType<typeof retryCredentials>;

/** Any client of the SDK, as far as it matters here. */
interface Extensible {
  readonly middlewareStack: { add(middleware: Middleware, options: InitializeHandlerOptions & AbsoluteLocation): void };
}

/**
 * Makes a client whose requests have our error mapping, and within it the renewal of credentials,
 * around everything the SDK does for them.
 */
export function createClient<C extends Extensible>(Client: new (config: ClientConfig) => C, options: ClientOptions): C {
  const { region, credentials, retry } = options;
  const client = new Client(clientConfig(options));
  const renew = retryCredentials({ ...retry, source: credentials });
  const map = mapErrors(region);
  client.middlewareStack.add((next, context) => map(renew(next, context), context), {
    name: 'cloakroom',
    step: 'initialize',
    priority: 'high',
  });
  return client;
}
