import { connect } from 'node:net';
import { afterEach } from '@jest/globals';
import { startGateway } from './gateway-fixture.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;
/** What `start` is told. */
export type Options = Parameters<typeof startGateway>[0];

/** For tests: the one that `start` has started last; it ends with its test. */
export let gateway: Gateway;
afterEach(() => gateway?.stop());

export const ok = () => ({ statusCode: 200, body: 'ok' });
/** One route behind the authorizer. */
export const USERS = { 'GET /users/{userId}/events': 'CUSTOM' } as const;

export async function start(options: Partial<Options> = {}): Promise<Gateway> {
  gateway = await startGateway({ ...options, functions: { api: ok, ...options.functions } });
  return gateway;
}

export async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(gateway.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** Sends bytes as they are, for what `fetch` would tidy up. */
export function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}
