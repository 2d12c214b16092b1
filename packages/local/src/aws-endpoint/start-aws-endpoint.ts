import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from '../base/aws-error.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { KEEP_ALIVE_MS } from '../base/ports.ts';
import { BodyTooLargeError, readBody } from '../base/read-body.ts';
import type { Permissions } from '../iam/read-permissions.ts';
import { assertPermitted } from './assert-permitted.ts';
import type { AwsAccess, AwsRequest, AwsResponse, AwsService } from './aws-service.ts';
import type { AwsCaller, CredentialsRegistry } from './credentials.ts';
import { parseSignatureScope } from './credentials.ts';
import { jsonError } from './json-protocol.ts';

/** The largest body of any operation here is DynamoDB's batch of 16 MB. */
const MAX_BODY_BYTES = 17_000_000;

/** What is about to be done, and by whom. */
export interface AwsCall {
  /** The service's name in signatures: `dynamodb`, `sqs`… */
  readonly service: string;
  readonly caller: AwsCaller;
  readonly accesses: readonly AwsAccess[];
  readonly request: AwsRequest;
}

export interface AwsEndpointOptions {
  readonly port: number;
  /** By the service's name in signatures. */
  readonly services: Readonly<Record<string, AwsService>>;
  readonly credentials: Pick<CredentialsRegistry, 'identify'>;
  /** What roles may do: a call that theirs may not is refused as AWS refuses it. */
  readonly permissions: Permissions;
  /** Sees every call before it is judged, and may throw an AwsError instead of letting it through. */
  readonly admit?: (call: AwsCall) => void | Promise<void>;
  /** Told about what should never happen: an error that is no AwsError. */
  readonly onError: (error: unknown) => void;
}

export interface AwsEndpoint {
  /** Without a slash at the end. */
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * One address for every AWS service of the local stack, on the loopback interface.
 * Requests must be signed (with any key) and name this machine as their host, so that no web page can reach it.
 */
export async function startAwsEndpoint(options: AwsEndpointOptions): Promise<AwsEndpoint> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(request, options).then(
      (answered) => send(response, answered),
      (error: unknown) => {
        options.onError(error);
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the AWS endpoint has no port');
  return { origin: `http://127.0.0.1:${address.port}`, stop: () => close(server) };
}

async function answer(message: IncomingMessage, options: AwsEndpointOptions): Promise<AwsResponse> {
  const requestId = randomUUID();
  let service: AwsService | undefined;
  try {
    const { name, request } = await readRequest(message, options.credentials);
    service = serviceOf(name, options.services);
    const accesses = service.accesses(request);
    const call = { service: name, caller: request.caller, accesses, request };
    await options.admit?.(call);
    assertPermitted(call, options.permissions);
    const response = await service.handle(request);
    return { ...response, headers: { 'x-amzn-requestid': requestId, ...response.headers } };
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', 'the local AWS failed', 500);
    if (known !== error) options.onError(error);
    return (service?.formatError ?? jsonError)(known, requestId);
  }
}

function serviceOf(name: string, services: Readonly<Record<string, AwsService>>): AwsService {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined)
    throw new AwsError('UnknownOperationException', `the service ${name} is not run here`, 404);
  return service;
}

async function readRequest(message: IncomingMessage, credentials: Pick<CredentialsRegistry, 'identify'>) {
  const { headers, method = '', url = '/' } = message;
  const scope = isLoopbackHost(headers.host) ? parseSignatureScope(headers.authorization) : undefined;
  const body = await boundedBody(message);
  if (!isLoopbackHost(headers.host)) throw new AwsError('AccessDeniedException', 'the host is not this machine', 403);
  if (scope === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const token = headers['x-amz-security-token'];
  const caller = credentials.identify(scope.accessKeyId, typeof token === 'string' ? token : undefined);
  if (caller === undefined) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const request: AwsRequest = { method, url, headers, body, caller, region: scope.region };
  return { name: scope.service, request };
}

async function boundedBody(message: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(message, MAX_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    throw new AwsError('RequestEntityTooLargeException', error.message, 413);
  }
}

function send(response: ServerResponse, { status, headers, body }: AwsResponse): void {
  const fields = Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]);
  response.writeHead(status, { ...Object.fromEntries(fields), 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
