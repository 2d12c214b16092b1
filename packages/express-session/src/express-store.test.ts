import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import { userOf } from './table-fixture.ts';

let fixture: StoreFixture;
let app: RunningApp;
const apps: RunningApp[] = [];
beforeAll(async () => {
  fixture = await storeFixture();
  app = await start();
});
afterEach(() => {
  fixture.counted.length = 0;
});
afterAll(() => Promise.all(apps.map(({ stop }) => stop())));

async function start(options: Partial<Parameters<typeof startApp>[0]> = {}): Promise<RunningApp> {
  const started = await startApp({ store: fixture.newStore(), routes: shop, ...options });
  apps.push(started);
  return started;
}

/** A shop, where one signs in by a name. */
function shop(routes: Express): void {
  routes.get('/sign-in/:name', (request, response, next) => {
    request.session.regenerate((failure) => {
      if (failure) return next(failure);
      request.session.userId = request.params.name;
      request.session.save((error) => (error ? next(error) : response.json({ id: request.sessionID })));
    });
  });
  routes.get('/set/:key/:value', (request, response) => {
    request.session[request.params.key] = request.params.value;
    response.json({ id: request.sessionID });
  });
  routes.get('/unset/:key', (request, response) => {
    delete request.session[request.params.key];
    response.json({});
  });
  routes.get('/destroy', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.json({ has: request.session !== undefined })));
  });
  routes.get('/regenerate', (request, response, next) => {
    const { userId } = request.session;
    request.session.regenerate((error) => {
      if (error) return next(error);
      request.session.userId = userId;
      response.json({ id: request.sessionID });
    });
  });
  routes.get('/', (request, response) => {
    response.json({ ...request.session, id: request.sessionID });
  });
}

const sessions = () => fixture.house;
const listed = (sub: string) => fixture.listed(sub);

async function signedIn(name: string, at = app) {
  const browser = new Browser(at);
  const { body } = await browser.get(`/sign-in/${name}`);
  return { browser, id: body.id as string };
}

it.each([{ ttl: 3600.0001 }, { absoluteTtl: 86_400.0001 }, { touchAfter: 0.1234 }])(
  'a session is read where options have fractions of a millisecond: %j',
  async (options) => {
    const at = await start({ store: fixture.newStore({ ...options, prefix: JSON.stringify(options) }) });
    const browser = new Browser(at);
    await browser.get('/sign-in/flo');
    expect((await browser.get('/')).body).toMatchObject({ userId: 'flo' });
  },
);

describe('a session of an Express app', () => {
  it('is not made for whoever brings none and leaves none', async () => {
    const browser = new Browser(app);
    expect((await browser.get('/')).set).toEqual([]);
  });

  it('keeps what is put into it, takes out what is taken out, and has the same id', async () => {
    const browser = new Browser(app);
    const { body } = await browser.get('/set/cart/apples');
    await browser.get('/set/colour/blue');
    expect((await browser.get('/')).body).toMatchObject({ cart: 'apples', colour: 'blue', id: body.id });
    await browser.get('/unset/cart');
    const { body: left } = await browser.get('/');
    expect(left).toMatchObject({ colour: 'blue' });
    expect(left).not.toHaveProperty('cart');
    expect(fixture.counted).toEqual(['AnonymousSessionCreated']);
  });

  it('is listed from its sign-in on with browser and address, and gone from the list after its sign-out', async () => {
    const { browser } = await signedIn('alice');
    expect((await browser.get('/')).body).toMatchObject({ userId: 'alice' });
    const [session] = await listed('alice');
    expect(session).toMatchObject({ kind: 'web', ip: '127.0.0.1' });
    expect(session?.userAgent).toContain('Firefox');
    expect((await browser.get('/destroy')).body).toEqual({ has: false });
    expect(await listed('alice')).toEqual([]);
    expect((await browser.get('/')).body).not.toHaveProperty('userId');
  });

  it('is out at the request after its revocation, with a copy of its cookie too', async () => {
    const { browser } = await signedIn('bea');
    const copy = await browser.copy();
    const [session] = await listed('bea');
    expect(await sessions().revoke({ user: userOf('bea'), id: session?.id ?? '' })).toBe('ended');
    for (const each of [browser, copy]) expect((await each.get('/')).body).not.toHaveProperty('userId');
  });

  it('gets another id by regenerate, and one entry in the list', async () => {
    const { browser, id } = await signedIn('carl');
    const { body } = await browser.get('/regenerate');
    expect(body.id).not.toBe(id);
    expect((await browser.get('/')).body).toMatchObject({ userId: 'carl', id: body.id });
    expect(await listed('carl')).toHaveLength(1);
  });
});
