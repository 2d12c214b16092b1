import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A client's place for logout tokens until the test is over: what came there, as path and token. */
export async function receiveLogoutTokens(): Promise<{ readonly api: string; readonly tokens: readonly string[] }> {
  const tokens: string[] = [];
  const server = createServer(async (request, response) => {
    tokens.push(`${request.url} ${new URLSearchParams(await text(request)).get('logout_token')}`);
    response.end('taken');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}
