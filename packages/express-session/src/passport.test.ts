import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import { userOf } from './table-fixture.ts';

let fixture: StoreFixture;
let app: RunningApp;
/** What happens between the reading of a session and the sign-in. */
let meanwhile: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
  fixture = await storeFixture();
  app = await startApp({ store: fixture.newStore(), routes });
});
afterAll(() => app.stop());

interface Passport {
  serializeUser(serialize: (user: unknown, done: (error: null, id: unknown) => void) => void): void;
  deserializeUser(find: (id: unknown, done: (error: null, user: unknown) => void) => void): void;
  initialize(): RequestHandler;
  session(): RequestHandler;
}

const require = createRequire(import.meta.url);
// It has no types of its own.
const passport: { readonly Passport: new () => Passport } = require('passport');

/** Passport's own members of a request, which this repo has no types of. */
interface Visit {
  readonly user?: string;
  logIn(user: string, options: { readonly keepSessionInfo: boolean }, done: (error: unknown) => void): void;
  logOut(done: (error: unknown) => void): void;
}

const visitOf = (request: Request) => request as unknown as Visit;

function routes(server: Express): void {
  const auth = new passport.Passport();
  auth.serializeUser((user, done) => done(null, user));
  auth.deserializeUser((id, done) => done(null, id));
  server.use(auth.initialize(), auth.session());
  const answered = (response: Response, next: NextFunction) => (error: unknown) =>
    error ? next(error) : response.json({});
  server.get('/cart', (request, response) => {
    request.session.cart = true;
    response.json({ id: request.sessionID });
  });
  server.get('/log-in/:name', async (request, response, next) => {
    await meanwhile();
    const keepSessionInfo = 'keep' in request.query;
    visitOf(request).logIn(request.params.name, { keepSessionInfo }, answered(response, next));
  });
  server.get('/log-out', (request, response, next) => visitOf(request).logOut(answered(response, next)));
  server.get('/', (request, response) => {
    response.json({ user: visitOf(request).user, cart: request.session.cart, id: request.sessionID });
  });
}

const house = () => fixture.house;
const listed = (sub: string) => fixture.listed(sub);

describe('an app with Passport', () => {
  it('signs in under another id, and out, and the list has it in between', async () => {
    const browser = new Browser(app);
    const { body } = await browser.get('/cart');
    await browser.get('/log-in/pat');
    const signedIn = (await browser.get('/')).body;
    expect(signedIn).toEqual({ user: 'pat', id: expect.not.stringMatching(body.id) });
    expect(await listed('pat')).toHaveLength(1);
    await browser.get('/log-out');
    expect((await browser.get('/')).body).not.toHaveProperty('user');
    expect(await listed('pat')).toEqual([]);
    expect(fixture.counted).not.toContain('SessionAdopted');
  });

  it('keeps what was in the session, with keepSessionInfo', async () => {
    const browser = new Browser(app);
    await browser.get('/cart');
    await browser.get('/log-in/paul?keep');
    expect((await browser.get('/')).body).toMatchObject({ user: 'paul', cart: true });
  });

  it('does not bring back by keepSessionInfo who was signed out everywhere meanwhile', async () => {
    const browser = new Browser(app);
    await browser.get('/log-in/pia');
    meanwhile = async () => {
      for (const { id } of await listed('pia')) await house().revoke({ user: userOf('pia'), id });
    };
    await browser.get('/log-in/pia?keep');
    meanwhile = async () => undefined;
    expect((await browser.get('/')).body).not.toHaveProperty('user');
    expect(await listed('pia')).toEqual([]);
    await browser.get('/log-in/pia');
    expect((await browser.get('/')).body).toMatchObject({ user: 'pia' });
  });
});
