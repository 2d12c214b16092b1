import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';

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

const withField = (fields: object) => () => Promise.reject(Object.assign(new Error('down'), fields));

const OUTAGES: readonly (readonly [string, () => Promise<never>])[] = [
  // express-session takes an error with this code for "no session".
  [
    'its credentials file is not there',
    () => readFile('/nowhere/credentials').then(() => Promise.reject(new Error('it is'))),
  ],
  ['the connection is refused', withField({ code: 'ECONNREFUSED' })],
  ['the credentials are not accepted', withField({ name: 'UnrecognizedClientException' })],
  ['the role may not', withField({ name: 'AccessDeniedException' })],
  ['the table is not there', withField({ name: 'ResourceNotFoundException' })],
];

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
