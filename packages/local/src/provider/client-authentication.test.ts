import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import { createBrowser } from '../browser/create-browser.ts';
import { BROWSER_CLIENTS } from './provider-clients.ts';
import { basic, startShape } from './provider-fixture.ts';

type Method = keyof typeof BROWSER_CLIENTS;
type Shape = Awaited<ReturnType<typeof startShape>>;

/** How a client proves itself at the token endpoint: fields of the form, and headers. */
const PROOFS: Readonly<Record<Method, (shape: Shape) => Promise<[Record<string, string>, Record<string, string>]>>> = {
  client_secret_basic: async () => [{}, { ...basic(BROWSER_CLIENTS.client_secret_basic) }],
  client_secret_post: async () => {
    const { id, secret } = BROWSER_CLIENTS.client_secret_post;
    return [{ client_id: id, client_secret: secret }, {}];
  },
  private_key_jwt: async ({ provider, at }) => {
    const { id } = BROWSER_CLIENTS.private_key_jwt;
    const claims = { iss: id, sub: id, aud: at('token'), jti: randomUUID() };
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: provider.clientKey.kid })
      .setExpirationTime('1m')
      .sign(await importJWK(provider.clientKey, 'RS256'));
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    return [{ client_assertion: assertion, client_assertion_type: type }, {}];
  },
  none: async () => [{ client_id: BROWSER_CLIENTS.none.id }, {}],
};

it.each(Object.keys(PROOFS) as Method[])('a client may prove itself by %s, and only so', async (method) => {
  const shape = await startShape('local');
  const browser = createBrowser();
  const code = async () => (await shape.authorize(browser, { client_id: BROWSER_CLIENTS[method].id })).answer.code;
  const [fields, headers] = await PROOFS[method](shape);
  expect(await shape.redeem(await code(), fields, headers)).toMatchObject({
    status: 200,
    id_token: expect.any(String),
  });
  const wrong = { client_id: BROWSER_CLIENTS[method].id, client_secret: 'guessed' };
  const refused = await shape.redeem(await code(), wrong, {});
  expect(refused.error).toBe('invalid_client');
});
