import { sidHash, sidKey } from '@cloakroom/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import type { SessionObject } from './shape.ts';
import { userOf } from './table-fixture.ts';

/* An app that signs its people in by OpenID Connect, as express-openid-connect does: it keeps the session of whoever signs in again. */
const ISS = 'https://id.example';

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly sid: string;
}

let fixture: StoreFixture;
let app: RunningApp;
beforeAll(async () => {
  fixture = await storeFixture();
  const claimsOf = ({ claims }: SessionObject) => claims as Claims | undefined;
  app = await startApp({
    store: fixture.newStore({ userOf: (session) => claimsOf(session)?.sub, sidOf: claimsOf }),
    routes: (server) => {
      server.get('/sign-in/:sub/:sid', (request, response, next) => {
        request.session.claims = { iss: ISS, ...request.params };
        request.session.save((error) => (error ? next(error) : response.json({})));
      });
      server.get('/set/:key', (request, response) => {
        request.session[request.params.key] = true;
        response.json({});
      });
      server.get('/', (request, response) => {
        const { cookie: _, ...session } = request.session;
        response.json(session);
      });
    },
  });
});
afterAll(() => app.stop());

async function signedIn(sub: string, sid: string): Promise<Browser> {
  const browser = new Browser(app);
  await browser.get(`/sign-in/${sub}/${sid}`);
  return browser;
}

/** What a logout token says; returns how many sessions it has ended. */
function endAtProvider(sub: string, sid: string): Promise<number> {
  const owner = { user: userOf(sub), sidHash: sidHash({ issuer: ISS, sub, value: sid }) };
  const { issuer } = owner.user;
  return fixture.providers.end({ what: 'session', issuer, sidKey: sidKey({ issuer: ISS, value: sid }), owner });
}

const claims = (sub: string, sid: string) => ({ iss: ISS, sub, sid });

describe('whoever signs in at the provider anew, in the session that they have', () => {
  it('belongs to the new session there: the end of the old one leaves them in, and that of the new one does not', async () => {
    const browser = await signedIn('ann', 's1');
    await browser.get('/set/cart');
    await browser.get('/sign-in/ann/s2');
    expect(await fixture.listed('ann')).toHaveLength(1);
    expect(await endAtProvider('ann', 's1')).toBe(0);
    expect((await browser.get('/')).body).toEqual({ claims: claims('ann', 's2'), cart: true });
    expect(await endAtProvider('ann', 's2')).toBe(1);
    expect((await browser.get('/')).body).toEqual({});
    expect(await fixture.listed('ann')).toEqual([]);
  });

  it('is refused where that has ended there already, and stays who they were', async () => {
    await endAtProvider('bob', 's3');
    const fresh = await new Browser(app).get('/sign-in/bob/s3');
    expect(fresh).toMatchObject({ status: 500, body: { code: 'LOGIN_ENDED' } });
    const browser = await signedIn('bob', 's2');
    const [entry] = await fixture.listed('bob');
    const again = await browser.get('/sign-in/bob/s3');
    expect(again).toMatchObject({ status: 500, body: { code: 'LOGIN_ENDED' } });
    expect((await browser.get('/')).body).toEqual({ claims: claims('bob', 's2') });
    expect(await fixture.listed('bob')).toEqual([entry]);
  });

  it('goes on with it at every request after that', async () => {
    const browser = await signedIn('cleo', 's1');
    await browser.get('/sign-in/cleo/s2');
    const before = await fixture.listed('cleo');
    await browser.get('/set/cart');
    await browser.get('/sign-in/cleo/s2');
    expect(await fixture.listed('cleo')).toEqual(before);
  });
});
