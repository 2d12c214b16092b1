import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { readBody } from '../read-body.ts';
import type { AwsRequest, AwsResponse } from './aws-service.ts';

const MAX_ANSWER_BYTES = 32_000_000;
/** They belong to one connection, or no longer fit the body. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
]);

/** Sends requests on to another server, headers and all, the Host included. */
export type PassOn = (request: Pick<AwsRequest, 'method' | 'url' | 'headers' | 'body'>) => Promise<AwsResponse>;

export function createPassOn(origin: string): PassOn {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true });
  return ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const settings = {
        hostname,
        port,
        agent,
        method,
        path: url,
        headers: { ...kept(headers), 'content-length': body.length },
      };
      const request = httpRequest(settings, (response) => responseOf(response).then(resolve, reject));
      request.once('error', reject);
      request.end(body);
    });
}

async function responseOf(response: IncomingMessage): Promise<AwsResponse> {
  const body = await readBody(response, MAX_ANSWER_BYTES);
  return { status: response.statusCode ?? 502, headers: kept(response.headers), body };
}

function kept(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string | string[]][] =>
    value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
