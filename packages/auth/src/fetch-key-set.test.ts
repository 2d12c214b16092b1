import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anIssuer, createTestSigner } from '@cloakroom/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createKeySetFetcher } from './fetch-key-set.ts';

const signer = createTestSigner('ES256', 'k');
const body = JSON.stringify({ keys: [signer.jwk] });
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

const fetchFrom = (jwksUri: string, timeoutMs = 3000) => {
  const issuer = anIssuer({ jwksUri });
  return createKeySetFetcher({ nowMs: () => 5_000_999, timeoutMs })(issuer);
};
const unreadable = (reason: string) => expect.objectContaining({ code: 'KEY_SET_UNREADABLE', reason });

describe('createKeySetFetcher', () => {
  it('gets the keys and the time they were asked for', async () => {
    const set = await fetchFrom(await serve((_, response) => response.end(body)));
    expect(set.find('ES256', 'k')).toHaveLength(1);
    expect(set.fetchedAt).toBe(5000);
  });

  it('asks for JSON at exactly the configured address, once', async () => {
    const asked: unknown[] = [];
    const url = await serve(({ url: path, method, headers }, response) => {
      asked.push([method, path, headers.accept]);
      response.end(body);
    });
    await fetchFrom(`${url}?a=b`);
    expect(asked).toEqual([['GET', '/jwks?a=b', 'application/json']]);
  });

  it('follows no redirect', async () => {
    let followed = false;
    const target = await serve((_, response) => {
      followed = true;
      response.end(body);
    });
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    await expect(fetchFrom(url)).rejects.toEqual(unreadable('status'));
    expect(followed).toBe(false);
  });

  it.each([204, 404, 500])('takes no answer with status %i, whatever is in it', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end(body));
    await expect(fetchFrom(url)).rejects.toEqual(unreadable('status'));
  });

  it('reads 64 KiB and not a byte more', async () => {
    const padded = (bytes: number) => body + ' '.repeat(bytes - body.length);
    const most = await serve((_, response) => response.end(padded(65_536)));
    const more = await serve((_, response) => response.end(padded(65_537)));
    await expect(fetchFrom(most)).resolves.toBeDefined();
    await expect(fetchFrom(more)).rejects.toEqual(unreadable('too_large'));
  });

  it.each<[string, RequestListener]>([
    ['never begins', () => undefined],
    ['never ends', (_, response) => response.write('{')],
    [
      'breaks off',
      (_, response) => response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
    ],
  ])('gives up on an answer that %s', async (_, listener) => {
    await expect(fetchFrom(await serve(listener), 100)).rejects.toEqual(unreadable('request_failed'));
  });

  it('says when nobody answers', async () => {
    await expect(fetchFrom('http://127.0.0.1:1/jwks')).rejects.toEqual(unreadable('request_failed'));
    await expect(fetchFrom('https://localhost:1/jwks')).rejects.toEqual(unreadable('request_failed'));
  });

  it.each(['http://idp.example/jwks', 'http://127.0.0.1.evil.example/jwks', 'ftp://localhost/jwks', 'jwks'])(
    'does not ask %s, which is not https',
    async (url) => {
      await expect(fetchFrom(url)).rejects.toEqual(unreadable('not_https'));
    },
  );
});
