import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { systemNowMs } from '@cloakroom/core';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { KEEP_ALIVE_MS, listen } from '../base/ports.ts';
import { BodyTooLargeError, readBody } from '../base/read-body.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { type AccessLogEntry, accessLogLine } from './access-log.ts';
import { type GatewayConfiguration, readGateway } from './configuration.ts';
import { createGateway, type Handled, refuse } from './gateway.ts';
import { type GatewayRequest, headBytes, readRequest } from './gateway-request.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';

/** Quotas of HTTP APIs, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_HEAD_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** What Node itself reads before it gives up: more than the gateway's limit, so that the gateway answers. */
const NODE_HEAD_BYTES = 64 * 1024;

/** The HTTP API, running. */
export interface HttpApi {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface HttpApiOptions {
  readonly stack: ResolvedStack;
  readonly lambda: Pick<LambdaService, 'invoke'>;
  readonly logs: Pick<LogStore, 'append'>;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Told of every request that was answered. */
  readonly onAnswered?: (answer: AnsweredRequest) => void;
}

type AnsweredRequest = Pick<AccessLogEntry, 'apiId' | 'stage' | 'status' | 'responseMs' | 'integrationMs'>;

/**
 * Serves the HTTP API of the stack as API Gateway does. Throttling is not modelled.
 *
 * @throws StackError when the stack asks for something that is not emulated
 * @throws PortInUseError when something else listens there
 */
export async function startHttpApi({ stack, lambda, logs, port, onAnswered }: HttpApiOptions): Promise<HttpApi> {
  const configuration = readGateway(stack);
  const handle = createGateway(configuration, lambda);
  const limits = { maxHeaderSize: NODE_HEAD_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(limits, (incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const { request, handled } = await receive(incoming, handle);
    send(outgoing, request, handled);
    const entry = entryOf(configuration, { request, handled, responseMs: Math.round(performance.now() - startedMs) });
    log(configuration, logs, entry);
    onAnswered?.(entry);
  }

  await listen(server, { port, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Handle = (request: GatewayRequest) => Promise<Handled>;
const NOWHERE: RequestTarget = { routePath: '', rawPath: '', rawQueryString: '' };

/** Reads the whole request and decides; the limits come before everything else. */
async function receive(
  incoming: IncomingMessage,
  handle: Handle,
): Promise<{ request: GatewayRequest; handled: Handled }> {
  const requestId = `${randomBytes(11).toString('base64')}`;
  const target = parseRequestTarget(incoming.url ?? '');
  const body = await bodyOf(incoming);
  const arrival = { target: target ?? NOWHERE, body: body ?? Buffer.alloc(0), requestId, timeMs: systemNowMs() };
  const request = readRequest(incoming, arrival);
  // API Gateway knows its own names alone, and here these are the machine's.
  if (!isLoopbackHost(incoming.headers.host)) return { request, handled: refuse(403) };
  if (headBytes(incoming) > MAX_HEAD_BYTES) return { request, handled: refuse(431) };
  if (body === undefined) return { request, handled: refuse(413) };
  if (target === undefined) return { request, handled: refuse(400) };
  return { request, handled: await handle(request) };
}

/** Undefined when it is too long. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  try {
    return await readBody(incoming, MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  }
}

function send(outgoing: ServerResponse, { method, requestId }: GatewayRequest, { answer }: Handled): void {
  const headers = Object.entries(answer.headers).flat();
  const cookies = answer.cookies.flatMap((cookie) => ['set-cookie', cookie]);
  const length = answer.status === 204 || answer.status === 304 ? [] : ['content-length', String(answer.body.length)];
  outgoing.writeHead(answer.status, [...headers, ...cookies, ...length, 'apigw-requestid', requestId]);
  outgoing.end(method === 'HEAD' ? undefined : answer.body);
}

interface Outcome {
  readonly request: GatewayRequest;
  readonly handled: Handled;
  readonly responseMs: number;
}

function entryOf(
  { apiId, stage }: GatewayConfiguration,
  { request, handled: { answer, trace }, responseMs }: Outcome,
): AccessLogEntry {
  const { status, body } = answer;
  return { ...trace, request, apiId, stage, status, responseBytes: body.length, responseMs };
}

function log({ accessLog }: GatewayConfiguration, logs: Pick<LogStore, 'append'>, entry: AccessLogEntry): void {
  if (accessLog === undefined) return;
  logs.append(accessLog.group, entry.stage, accessLogLine(accessLog.format, entry), entry.request.timeMs);
}
