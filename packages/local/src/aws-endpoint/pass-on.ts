import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { readBody } from '../base/read-body.ts';
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
  const send: PassOn = ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = { ...kept(headers), 'content-length': body.length };
      const request = httpRequest({ hostname, port, agent, method, path: url, headers: sent }, (response) =>
        responseOf(response).then(resolve, reject),
      );
      request.once('error', (error: NodeJS.ErrnoException) => {
        // The server may close an idle connection just when it is used again; nothing was read from it then.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send({ method, url, headers, body }));
        else reject(error);
      });
      request.end(body);
    });
  return send;
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
