import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
import { listenFastify } from './fastify-fixture.ts';

/** Whether the next request to DynamoDB fails. */
let failsNext = false;
const app = new TestApp((started) => {
  const send = (command: never) => {
    if (!failsNext) return started.table.client.send(command);
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

  it('is not saved where the plugin is not registered, which the error says', async () => {
    const without = await listenFastify(app, { hasPlugin: false });
    const answer = await new Browser(without).get('/sign-in/hal');
    expect(answer).toMatchObject({ status: 500, body: { code: 'PLUGIN_MISSING' } });
    await without.close();
  });
});
