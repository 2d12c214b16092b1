import type { IncomingMessage } from 'node:http';
import { parseQuery, type RequestTarget } from './request-target.ts';

/** A request as the gateway passes it on. */
export interface GatewayRequest {
  readonly method: string;
  readonly target: RequestTarget;
  /** Lower-case names; duplicates joined by commas; no `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>> | undefined;
  /** `name=value`, one entry a cookie. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly timeMs: number;
}

/** What is between two hops and never reaches a function (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

interface Arrival {
  readonly target: RequestTarget;
  readonly body: Buffer;
  readonly requestId: string;
  readonly timeMs: number;
}

/** Reads from `rawHeaders`, since Node drops or joins duplicates by rules of its own. */
export function readRequest(incoming: IncomingMessage, arrival: Arrival): GatewayRequest {
  const headers = new Map<string, string>();
  for (const [name, value] of headerPairs(incoming)) {
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}${name === 'cookie' ? ';' : ','}${value}`);
  }
  const cookies = headers.get('cookie') ?? '';
  headers.delete('cookie');
  for (const name of HOP_BY_HOP) headers.delete(name);
  const sourceIp = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const forwarded = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`);
  headers.set('x-forwarded-proto', 'http');
  headers.set('x-forwarded-port', String(incoming.socket.localPort ?? ''));
  headers.set('content-length', String(arrival.body.length));
  return {
    ...arrival,
    method: incoming.method ?? 'GET',
    headers: Object.fromEntries(headers),
    query: parseQuery(arrival.target.rawQueryString),
    cookies: cookies
      .split(';')
      .map((cookie) => cookie.trim())
      .filter((cookie) => cookie !== ''),
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp,
  };
}

/** Bytes of the request line and all headers, as they count against the gateway's limit. */
export function headBytes(incoming: IncomingMessage): number {
  const line = `${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`;
  const headers = headerPairs(incoming).map(([name, value]) => name.length + value.length);
  return headers.reduce((sum, bytes) => sum + bytes, line.length);
}

function headerPairs({ rawHeaders }: IncomingMessage): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    pairs.push([rawHeaders[at]?.toLowerCase() ?? '', rawHeaders[at + 1] ?? '']);
  }
  return pairs;
}
