import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
import { listenFastify } from './fastify-fixture.ts';
import { listenKoa } from './koa-fixture.ts';
import { OUTAGES } from './outages-fixture.ts';

describe.each([
  { library: 'Fastify', app: new TestApp(listenFastify) },
  { library: 'Koa', app: new TestApp(listenKoa) },
])('a session of an app of $library', ({ app }) => {
  const { signedIn, home, revoke } = app;
  beforeAll(app.start);
  afterAll(app.stop);

  it('is listed with its browser, revoked, and out at its next request', async () => {
    const browser = await signedIn('ada');
    expect(await home(browser)).toEqual({ userId: 'ada' });
    const [session] = await app.table.listed('ada');
    expect(session).toMatchObject({ kind: 'web', ip: '127.0.0.1' });
    expect(session?.userAgent).toContain('Firefox');
    await revoke('ada');
    expect(await home(browser)).toEqual({});
  });

  it('is gone from the list after its sign-out', async () => {
    const browser = await signedIn('bob');
    await browser.get('/sign-out');
    expect(await app.table.listed('bob')).toEqual([]);
    expect(await home(browser)).toEqual({});
  });

  it('keeps what each of many requests at once has put into it', async () => {
    const browser = await signedIn('cleo');
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => browser.get(`/set/${key}`)));
    expect(await home(browser)).toMatchObject(Object.fromEntries(keys.map((key) => [key, true])));
  });

  it.each(['/slow', '/slow-regenerate'])(
    'does not come back by %s of a request that had it when it was revoked',
    async (path) => {
      const browser = await signedIn('eve');
      app.meanwhile = () => revoke('eve');
      await browser.get(path);
      expect(await home(browser)).not.toHaveProperty('userId');
      expect(await app.table.listed('eve')).toEqual([]);
    },
  );

  it('goes on with what regenerate keeps of it, in one entry', async () => {
    const browser = await signedIn('fay');
    app.meanwhile = async () => undefined;
    const before = await browser.cookie();
    await browser.get('/slow-regenerate');
    expect(await browser.cookie()).not.toBe(before);
    expect(await home(browser)).toEqual({ userId: 'fay' });
    expect(await app.table.listed('fay')).toHaveLength(1);
  });

  it('is read by each request, and written by none that changes nothing of it', async () => {
    const browser = await signedIn('hedy');
    for (const _ of [1, 2]) {
      expect(await app.asked(browser, '/')).toMatchObject({ body: { userId: 'hedy' }, sent: ['GetItemCommand'] });
    }
    expect(await app.asked(browser, '/set/key')).toMatchObject({ sent: ['GetItemCommand', 'UpdateItemCommand'] });
    expect(await app.asked(browser, '/set/key')).toMatchObject({ sent: ['GetItemCommand'] });
  });

  describe.each(OUTAGES)('while %s', (_, outage) => {
    it('is nobody’s loss: each request is an error that sets no cookie, and the session is there afterwards', async () => {
      const browser = await signedIn('ida');
      await browser.get('/set/cart');
      app.failing = outage;
      const during = [await browser.get('/'), await browser.get('/sign-in/bob')];
      app.failing = undefined;
      for (const { status, body, set } of during) {
        expect({ status, code: body.code, set }).toEqual({ status: 500, code: 'STORE_UNAVAILABLE', set: [] });
      }
      expect(await home(browser)).toEqual({ userId: 'ida', cart: true });
    });

    it('is not begun by somebody new, who is let in and told of a failure to keep one', async () => {
      const browser = new Browser(app);
      app.failing = outage;
      const [read, saved] = [await browser.get('/'), await browser.get('/sign-in/ivo')];
      app.failing = undefined;
      expect(read).toMatchObject({ status: 200, set: [] });
      expect(saved).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
      expect(await home(browser)).not.toHaveProperty('userId');
      expect(await app.table.listed('ivo')).toEqual([]);
    });
  });

  it('that is too large is an error of its save', async () => {
    const browser = await signedIn('gus');
    expect(await browser.get('/large')).toMatchObject({ status: 500, body: { code: 'SESSION_TOO_LARGE' } });
  });
});
