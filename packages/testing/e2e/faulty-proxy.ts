import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type HeaderLines = Record<string, string | string[] | undefined>;

/** What a proxy does to what passes it. */
export interface ProxyFault {
  /** Answers in place of the API, which never sees the request; undefined lets it pass. */
  readonly answer?: (request: IncomingMessage) => ProxyAnswer | undefined;
  /** Changes the headers of a request. */
  readonly request?: (headers: HeaderLines) => void;
  /** Changes the headers of the answer. */
  readonly response?: (headers: HeaderLines, request: IncomingMessage) => void;
}

interface ProxyAnswer {
  readonly status: number;
  readonly headers?: HeaderLines;
  readonly body?: object;
}

/** What stands before an API, and does to it what a bad proxy, or a bad release, would. */
export interface FaultyProxy {
  /** Where clients go, without a slash at the end. */
  readonly url: string;
  /** Where it passes requests on to. */
  target: string;
  /** Undefined while nothing is wrong. */
  fault: ProxyFault | undefined;
  stop(): void;
}

export async function startFaultyProxy(): Promise<FaultyProxy> {
  const server = createServer((incoming, outgoing) => pass(proxy, incoming, outgoing));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const proxy: FaultyProxy = { url, target: '', fault: undefined, stop: () => end(server) };
  return proxy;
}

function pass({ target, fault }: FaultyProxy, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const instead = fault?.answer?.(incoming);
  if (instead !== undefined) {
    incoming.resume();
    outgoing.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers });
    outgoing.end(JSON.stringify(instead.body ?? {}));
    return;
  }
  const headers: HeaderLines = { ...incoming.headers };
  fault?.request?.(headers);
  const onward = request(target + incoming.url, { method: incoming.method, headers }, (answer) => {
    const answered: HeaderLines = { ...answer.headers };
    fault?.response?.(answered, incoming);
    outgoing.writeHead(answer.statusCode ?? 502, answered);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function end(server: Server): void {
  server.closeAllConnections();
  server.close();
}
