import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { discover } from './discover.ts';

let answer: RequestListener;
let asked: string[] = [];
let server: Server;
let issuer: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const answering =
  (text: string, status = 200, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(text);
const documentWith = (fields: object) =>
  answering(JSON.stringify({ issuer, jwks_uri: 'https://id.shop.dev/jwks', ...fields }));

describe('discover', () => {
  it('reads what a provider says of itself, in one request', async () => {
    asked = [];
    answer = documentWith({
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      claims_supported: ['sub', 'sid'],
    });
    expect(await discover(issuer)).toEqual({
      issuer,
      jwksUri: 'https://id.shop.dev/jwks',
      algorithms: ['ES256', 'RS256'],
      hasSid: true,
    });
    expect(asked).toEqual(['GET /.well-known/openid-configuration']);
  });

  it.each([
    [{ backchannel_logout_session_supported: true }, true],
    [{ frontchannel_logout_session_supported: true }, true],
    [{ claims_supported: 'sid', id_token_signing_alg_values_supported: 1 }, false],
  ])('takes %j for a word about sid', async (fields, hasSid) => {
    answer = documentWith(fields);
    expect(await discover(issuer)).toMatchObject({ hasSid, algorithms: [] });
  });

  it('refuses the document of another issuer, and says how that one writes itself', async () => {
    answer = documentWith({ issuer: `${issuer}/` });
    await expect(discover(issuer)).rejects.toThrow(
      `says that the issuer is "${issuer}/", not ${issuer}: pass it to the letter`,
    );
  });

  it.each([
    ['nothing there', answering('no', 404), 'answered 404: there is no such provider or user pool'],
    ['a redirect', answering('', 302, { location: 'https://id.shop.dev/' }), 'answered 302'],
    ['no JSON', answering('<html>'), 'is no discovery document'],
    ['a list', answering('[]'), 'is no discovery document'],
    ['too much', answering(' '.repeat(300_000)), 'could not be read: the provider answered more than 262144 bytes'],
    ['a line that breaks off', ((_, response) => response.destroy()) as RequestListener, 'could not be read: '],
  ])('says what is wrong with %s', async (_, listener, message) => {
    answer = listener;
    await expect(discover(issuer)).rejects.toThrow(message);
  });

  it.each([[undefined], ['http://id.shop.dev/jwks'], [7]])(
    'wants a key set that is reached by https, not %j',
    async (jwks_uri) => {
      answer = documentWith({ jwks_uri });
      await expect(discover(issuer)).rejects.toThrow('has no jwks_uri that is an https URL');
    },
  );

  it.each(['http://id.shop.dev', 'id.shop.dev', 'ftp://id.shop.dev'])('asks nobody about %s', async (url) => {
    asked = [];
    await expect(discover(url)).rejects.toThrow(`--issuer ${url} must be an https URL`);
    expect(asked).toEqual([]);
  });
});
