import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { selfSigned } from './self-signed-fixture.ts';
import { createTransport } from './transport.ts';

const identity = selfSigned();
const trusted = getCACertificates('default');
const seen = { requests: 0, connections: 0 };
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer(identity, (_, outgoing) => {
    seen.requests += 1;
    outgoing.end('{}');
  });
  server.on('secureConnection', () => {
    seen.connections += 1;
  });
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  setDefaultCACertificates(trusted);
  Object.assign(seen, { requests: 0, connections: 0 });
});

const ask = (host: string) => {
  const transport = createTransport(new URL(`https://${host}:${port}`));
  return () =>
    transport.send({
      headers: ['host', host, 'content-length', '2'],
      body: '{}',
      timeoutMs: 2000,
      isGivenUp: () => false,
    });
};

it('asks over TLS, on one connection that is kept', async () => {
  setDefaultCACertificates([identity.cert]);
  const send = ask('localhost');
  expect([await send(), await send()]).toMatchObject([{ status: 200, body: '{}' }, { status: 200 }]);
  expect(seen).toEqual({ requests: 2, connections: 1 });
});

it.each([
  ['nobody vouches for it', [], 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['its certificate is of another host', [identity.cert], '127.0.0.1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('sends nothing to a server when %s', async (_, more, host, code) => {
  setDefaultCACertificates([...trusted, ...more]);
  await expect(ask(host)()).rejects.toMatchObject({ code });
  expect(seen.requests).toBe(0);
});
