import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { BodyTooLargeError, readBody } from '../base/read-body.ts';

/** Lambda's limit for a synchronous answer, in bytes. */
const MAX_RESPONSE_BYTES = 6_291_556;
const PREFIX = '/2018-06-01/runtime';
const REPORT = new RegExp(`^${PREFIX}/invocation/([^/]+)/(response|error)$`);

/** What the runtime is told about one invocation. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly functionArn: string;
  /** Epoch milliseconds. */
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** What the runtime says; each payload is JSON text. */
export interface RuntimeReports {
  /** The runtime asks for work: it has finished its start, or the invocation before. */
  onNext(): void;
  onInitError(payload: string): void;
  onResponse(requestId: string, payload: string): void;
  onError(requestId: string, payload: string): void;
}

/** Lambda's Runtime API for one execution environment. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Hands an invocation to the runtime, now or when it asks next. */
  offer(invocation: RuntimeInvocation): void;
  /** Closes every connection. */
  close(): void;
}

export async function startRuntimeApi(reports: RuntimeReports): Promise<RuntimeApi> {
  let offered: RuntimeInvocation | undefined;
  let waiting: ServerResponse | undefined;

  function deliver(): void {
    if (waiting === undefined || offered === undefined) return;
    waiting.writeHead(200, invocationHeaders(offered)).end(offered.payload);
    waiting = undefined;
    offered = undefined;
  }

  const server = createServer((request, response) => {
    if (!isLoopbackHost(request.headers.host)) answer(response, 403);
    else if (request.method === 'GET' && request.url === `${PREFIX}/invocation/next`) {
      waiting = response;
      reports.onNext();
      deliver();
    } else {
      void receive(request, response, reports).catch(() => response.destroy());
    }
  });
  // The runtime may wait for its next invocation for as long as it likes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the Runtime API has no port');
  return {
    address: `127.0.0.1:${address.port}`,
    offer(invocation) {
      offered = invocation;
      deliver();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function receive(request: IncomingMessage, response: ServerResponse, reports: RuntimeReports): Promise<void> {
  const [, requestId, kind] = REPORT.exec(request.url ?? '') ?? [];
  const isInitError = request.url === `${PREFIX}/init/error`;
  if (request.method !== 'POST' || (!isInitError && requestId === undefined)) return answer(response, 404);
  let payload: string;
  try {
    payload = (await readBody(request, MAX_RESPONSE_BYTES)).toString();
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    if (requestId !== undefined) reports.onError(requestId, TOO_LARGE);
    return answer(response, 413);
  }
  if (requestId === undefined) reports.onInitError(payload);
  else if (kind === 'response') reports.onResponse(requestId, payload);
  else reports.onError(requestId, payload);
  return answer(response, 202);
}

const TOO_LARGE = JSON.stringify({
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
});

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(status === 202 ? '{"status":"OK"}' : '{}');
}

function invocationHeaders(invocation: RuntimeInvocation): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(invocation.deadlineMs),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    'lambda-runtime-trace-id': invocation.traceId,
  };
}
