import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from './app-fixture.ts';
import { Browser } from './express-fixture.ts';
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

  it('may end with the browser', async () => {
    const browser = await signedIn('hal');
    const { set } = await browser.get('/browser-session');
    expect(set.find((line) => line.startsWith('koa.sess='))).not.toMatch(/expires/i);
    expect(await home(browser)).toEqual({ userId: 'hal' });
  });
});
