import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
import { listenFastify } from './fastify-fixture.ts';

/** Whether the next request to DynamoDB fails, or all do. */
let failsNext = false;
let isDown = false;
const app = new TestApp((started) => {
  const send = (command: never) => {
    if (!failsNext && !isDown) return started.table.client.send(command);
    failsNext = false;
    throw new Error('throttled');
  };
  return listenFastify(started, { client: { send } });
});

describe('a session of a Fastify app', () => {
  const { signedIn, home, revoke } = app;
  beforeAll(app.start);
  afterAll(app.stop);

  it('keeps what others have put into it while one request has reloaded it', async () => {
    const browser = await signedIn('dan');
    const other = await browser.copy();
    app.meanwhile = () => other.get('/set/other');
    await browser.get('/reload');
    expect(await home(browser)).toMatchObject({ userId: 'dan', other: true, reloaded: true });
  });

  it('does not come back by a regenerate that could not end the old one, and that the library goes on with', async () => {
    const browser = await signedIn('finn');
    app.meanwhile = async () => {
      await revoke('finn');
      failsNext = true;
    };
    expect(await browser.get('/slow-regenerate')).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
    expect(await home(browser)).not.toHaveProperty('userId');
    expect(await app.table.listed('finn')).toEqual([]);
  });

  describe.each([
    ['for one request', () => (failsNext = true)],
    ['for the rest of the request', () => (isDown = true)],
  ])('while DynamoDB is down %s', (_, fail) => {
    it.each(['/reload', '/slow-regenerate', '/slow-regenerate-by-callback'])(
      'nobody is signed out by %s: it is an error, the browser keeps its cookie, and all is there afterwards',
      async (path) => {
        const browser = await signedIn('gil');
        await browser.get('/set/cart');
        app.meanwhile = async () => {
          fail();
        };
        const before = await browser.cookie();
        expect(await browser.get(path)).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
        isDown = false;
        expect(await browser.cookie()).toBe(before);
        expect(await home(browser)).toMatchObject({ userId: 'gil', cart: true });
        expect(await app.table.listed('gil')).toHaveLength(1);
        await revoke('gil');
      },
    );
  });

  it('goes on by a regenerate that is tried again', async () => {
    const browser = await signedIn('hana');
    app.meanwhile = async () => {
      failsNext = true;
    };
    expect(await browser.get('/regenerate-again')).toMatchObject({
      status: 200,
      body: { codes: ['STORE_UNAVAILABLE', null] },
    });
    expect(await home(browser)).toMatchObject({ userId: 'hana' });
    expect(await app.table.listed('hana')).toHaveLength(1);
  });

  it('is not saved where the plugin is not registered, which the error says', async () => {
    const without = await listenFastify(app, { hasPlugin: false });
    const answer = await new Browser(without).get('/sign-in/hal');
    expect(answer).toMatchObject({ status: 500, body: { code: 'PLUGIN_MISSING' } });
    await without.close();
  });
});
