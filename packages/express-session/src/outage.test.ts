import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import { OUTAGES } from './outages-fixture.ts';

/** How the way to the table fails at the moment. */
let failing: (() => Promise<never>) | undefined;
let fixture: StoreFixture;
let app: RunningApp;
const disconnects: unknown[] = [];
beforeAll(async () => {
  fixture = await storeFixture();
  const client = { send: (command: never) => failing?.() ?? fixture.client.send(command) };
  const store = fixture.newStore({ client });
  store.on('disconnect', (event) => disconnects.push(event));
  app = await startApp({
    store,
    routes(routes) {
      routes.get('/sign-in/:name', (request, response, next) => {
        request.session.userId = request.params.name;
        request.session.save((error) => (error ? next(error) : response.json({})));
      });
      routes.get('/', (request, response) => {
        response.json({ userId: request.session.userId, id: request.sessionID });
      });
    },
  });
});
afterAll(() => app.stop());

describe.each(OUTAGES)('while %s', (_, outage) => {
  it('nobody is signed out: each request is an error that sets no cookie, and the session is there afterwards', async () => {
    const browser = new Browser(app);
    await browser.get('/sign-in/ada');
    const before = await browser.get('/');
    expect(before.body).toMatchObject({ userId: 'ada' });
    failing = outage;
    const during = await Promise.all([browser.get('/'), browser.get('/sign-in/bob')]).finally(() => {
      failing = undefined;
    });
    for (const { status, body, set } of during) {
      expect({ status, code: body.code, set }).toEqual({ status: 500, code: 'STORE_UNAVAILABLE', set: [] });
    }
    expect((await browser.get('/')).body).toEqual(before.body);
  });

  it('whoever has no session yet is let in, and told of a failure to keep one', async () => {
    const browser = new Browser(app);
    failing = outage;
    const [read, saved] = [await browser.get('/'), await browser.get('/sign-in/ada')];
    failing = undefined;
    expect(read).toMatchObject({ status: 200, set: [] });
    expect(saved).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
    expect((await browser.get('/')).body).not.toHaveProperty('userId');
  });

  it('the store says neither "no session" nor that it is cut off: the library would go on without sessions', async () => {
    failing = outage;
    const answer = await new Promise((resolve) => app.store.get('sid', (...told) => resolve(told)));
    failing = undefined;
    expect(answer).toEqual([expect.objectContaining({ code: 'STORE_UNAVAILABLE', cause: expect.anything() })]);
    expect(disconnects).toEqual([]);
  });
});
