import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Koa, { type Context } from 'koa';
import { createSession } from 'koa-session';
import { itKeepsSessions, SuiteApp } from './app-suite-fixture.ts';
import { Browser } from './express-fixture.ts';
import { CloakroomStore } from './koa.ts';
import { tableFixture } from './table-fixture.ts';

const app = new SuiteApp();
let server: Server;
beforeAll(async () => {
  const table = await tableFixture();
  const koa = new Koa();
  koa.keys = ['new', 'old'];
  koa.silent = true;
  const store = new CloakroomStore(table.options);
  koa.use(async (context, next) => {
    try {
      await next();
    } catch (error) {
      context.status = 500;
      context.body = { code: (error as { code?: string }).code };
    }
  });
  koa.use(createSession({ store, maxAge: 60_000, rolling: true }, koa));
  koa.use(route);
  server = await new Promise<Server>((resolve) => {
    const listening = koa.listen(0, '127.0.0.1', () => resolve(listening));
  });
  Object.assign(app, { table, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterAll(() => new Promise((resolve) => server?.close(resolve)));

async function route(context: Context): Promise<void> {
  const [, what = '', value = ''] = context.path.split('/');
  const session = context.session;
  context.body = {};
  if (what === 'sign-in') {
    session.userId = value;
    await session.regenerate();
  } else if (what === 'set') session[value] = true;
  else if (what === 'slow') {
    await app.meanwhile();
    session.slow = true;
  } else if (what === 'slow-regenerate') {
    await app.meanwhile();
    await session.regenerate();
  } else if (what === 'sign-out') context.session = null;
  else if (what === 'replace') context.session = { userId: session.userId, only: value };
  else if (what === 'browser-session') session.maxAge = 'session';
  else if (what === 'large') session.large = 'x'.repeat(70_000);
  else context.body = session.toJSON();
}

describe('a session of a Koa app', () => {
  const { signedIn, home } = app;
  itKeepsSessions(app);

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
