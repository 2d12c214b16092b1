import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
import { CloakroomStore } from './koa.ts';
import { listenKoa } from './koa-fixture.ts';

const app = new TestApp(listenKoa);

describe('a session of a Koa app', () => {
  const { signedIn, home } = app;
  beforeAll(app.start);
  afterAll(app.stop);

  it('gets another id at the sign-in, and is gone from the list after its sign-out', async () => {
    const browser = new Browser(app);
    await browser.get('/set/cart');
    const before = await browser.cookie();
    await browser.get('/sign-in/bob');
    expect(await browser.cookie()).not.toBe(before);
    expect(await home(browser)).toEqual({ cart: true, userId: 'bob' });
    await browser.get('/sign-out');
    expect(await app.table.listed('bob')).toEqual([]);
    expect(await home(browser)).toEqual({});
  });

  it('is replaced as a whole by another object', async () => {
    const browser = await signedIn('gil');
    await browser.get('/set/cart');
    await browser.get('/replace/this');
    expect(await home(browser)).toEqual({ userId: 'gil', only: 'this' });
  });

  it.each([
    ['for one request', app.failOnce],
    ['for the rest of the request', app.fail],
  ])('is not lost by a regenerate while DynamoDB is down %s: the browser keeps its cookie', async (_, fail) => {
    const browser = await signedIn('ina');
    await browser.get('/set/cart');
    const before = await browser.cookie();
    app.meanwhile = async () => fail();
    expect(await browser.get('/slow-regenerate')).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
    app.failing = undefined;
    expect(await browser.cookie()).toBe(before);
    expect(await home(browser)).toEqual({ userId: 'ina', cart: true });
    expect(await app.table.listed('ina')).toHaveLength(1);
    await app.revoke('ina');
  });

  it('goes on by a regenerate that is tried again', async () => {
    const browser = await signedIn('jo');
    const before = await browser.cookie();
    app.meanwhile = async () => app.failOnce();
    expect((await browser.get('/regenerate-again')).body).toEqual({ codes: ['STORE_UNAVAILABLE', null] });
    expect(await browser.cookie()).not.toBe(before);
    expect(await home(browser)).toEqual({ userId: 'jo' });
    expect(await app.table.listed('jo')).toHaveLength(1);
  });

  it('does not come back by a regenerate that is tried again after it was revoked', async () => {
    const browser = await signedIn('kay');
    app.meanwhile = async () => {
      await app.revoke('kay');
      app.failOnce();
    };
    await browser.get('/regenerate-again');
    expect(await home(browser)).not.toHaveProperty('userId');
    expect(await app.table.listed('kay')).toEqual([]);
  });

  it.each(['get', 'set', 'destroy'] as const)(
    'needs the ctx, which older libraries do not tell: %s',
    async (method) => {
      const store = new CloakroomStore({ ...app.table.options, client: app.client });
      const asked = {
        get: () => store.get('sid', 1),
        set: () => store.set('sid', {}, 1),
        destroy: () => store.destroy('sid'),
      };
      await expect(asked[method]()).rejects.toMatchObject({ name: 'CloakroomStoreError', code: 'CONFIGURATION' });
    },
  );

  it('is counted, where scanLimit allows it', async () => {
    const store = new CloakroomStore({ ...app.table.options, prefix: 'koa:', scanLimit: 9 });
    const saved = (sid: string) => store.set(sid, { cart: 1 }, 1, { ctx: {} });
    await Promise.all([saved('one'), saved('two')]);
    expect(await store.length()).toBe(2);
    const off = new CloakroomStore({ ...app.table.options, prefix: 'koa:' });
    await expect(off.length()).rejects.toMatchObject({ code: 'SCAN_OFF' });
  });

  it('may end with the browser', async () => {
    const browser = await signedIn('hal');
    const { set } = await browser.get('/browser-session');
    expect(set.find((line) => line.startsWith('koa.sess='))).not.toMatch(/expires/i);
    expect(await home(browser)).toEqual({ userId: 'hal' });
  });
});
