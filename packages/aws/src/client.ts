import type { AbsoluteLocation, InitializeHandlerOptions, RelativeMiddlewareOptions } from '@smithy/types';
import type { CredentialSource } from './credentials.ts';
import { holdToDeadline } from './deadline.ts';
import { CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS } from './limits.ts';
import { mapErrors } from './map-errors.ts';
import { type RetryDependencies, retryCredentials } from './retry-credentials.ts';

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
  readonly accountIdEndpointMode: 'disabled';
  readonly useQueueUrlAsEndpoint: false;
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
    // DynamoDB: one regional host, which a VPC's endpoint serves, and not one for each account.
    accountIdEndpointMode: 'disabled',
    // SQS: the region's endpoint or AWS_ENDPOINT_URL, as for every service, and not the host of the queue's URL.
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without it the SDK only logs a warning and goes on waiting.
      throwOnRequestTimeout: true,
    },
  };
}

/** Any client of the SDK, as far as it matters here. */
export interface Extensible {
  readonly middlewareStack: {
    add(middleware: OuterMiddleware, options: InitializeHandlerOptions & AbsoluteLocation): void;
    addRelativeTo(middleware: InnerMiddleware, options: RelativeMiddlewareOptions): void;
    remove(name: string): boolean;
  };
}
/** The class of such a client. */
export type ClientClass<C> = new (config: ClientConfig) => C;
type OuterMiddleware = ReturnType<typeof retryCredentials>;
type InnerMiddleware = ReturnType<typeof holdToDeadline>['guard'];

/**
 * Makes a client whose requests are wrapped, from the outside in, by our error mapping, the deadline of the
 * invocation, and the renewal of credentials; then comes what the SDK does for them.
 */
export function createClient<C extends Extensible>(Client: ClientClass<C>, options: ClientOptions): C {
  const { region, credentials, retry } = options;
  const client = new Client(clientConfig(options));
  // It copies each request and answer for the SDK's own log, which nobody reads, and which is to see no session.
  client.middlewareStack.remove('loggerMiddleware');
  const map = mapErrors(region);
  const { limit, guard } = holdToDeadline(retry.deadline);
  const renew = retryCredentials({ ...retry, source: credentials });
  client.middlewareStack.add((next, context) => map(limit(renew(next, context), context), context), {
    name: 'cloakroom',
    step: 'initialize',
    priority: 'high',
  });
  client.middlewareStack.addRelativeTo(guard, {
    name: 'cloakroomGuard',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
  });
  return client;
}
