import { type AttributeValue, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
import { listenFastify } from './fastify-fixture.ts';

const app = new TestApp(listenFastify);

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

  it('is left as it is by a request that reloads it when it is not understood any more', async () => {
    const browser = await signedIn('eda');
    const { client, table } = app.table;
    const keysAre = async (text: AttributeValue) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      const [{ user_key, item } = {}] = Items.filter(({ owner }) => owner?.S?.endsWith('#eda'));
      const Key = { user_key, item } as Record<string, AttributeValue>;
      const names = {
        UpdateExpression: 'SET #keys.#key = :text',
        ExpressionAttributeNames: { '#keys': 'keys', '#key': 'odd' },
      };
      await client.send(
        new UpdateItemCommand({ TableName: table, Key, ...names, ExpressionAttributeValues: { ':text': text } }),
      );
    };
    app.meanwhile = () => keysAre({ N: '1' });
    expect((await browser.get('/reload')).status).toBe(500);
    await keysAre({ S: '1' });
    expect(await home(browser)).toEqual({ userId: 'eda', odd: 1 });
    expect(await app.table.listed('eda')).toHaveLength(1);
  });

  it('does not come back by a regenerate that could not end the old one, and that the library goes on with', async () => {
    const browser = await signedIn('finn');
    app.meanwhile = async () => {
      await revoke('finn');
      app.failOnce();
    };
    expect(await browser.get('/slow-regenerate')).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
    expect(await home(browser)).not.toHaveProperty('userId');
    expect(await app.table.listed('finn')).toEqual([]);
  });

  describe.each([
    ['for one request', app.failOnce],
    ['for the rest of the request', app.fail],
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
        app.failing = undefined;
        expect(await browser.cookie()).toBe(before);
        expect(await home(browser)).toMatchObject({ userId: 'gil', cart: true });
        expect(await app.table.listed('gil')).toHaveLength(1);
        await revoke('gil');
      },
    );
  });

  it('goes on by a regenerate that is tried again', async () => {
    const browser = await signedIn('hana');
    app.meanwhile = async () => app.failOnce();
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
