import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Koa, { type Context } from 'koa';
import { createSession } from 'koa-session';
import { Browser } from './express-fixture.ts';
import { CloakroomStore } from './koa.ts';
import { tableFixture, userOf } from './table-fixture.ts';

type Table = Awaited<ReturnType<typeof tableFixture>>;

let table: Table;
let server: Server;
let url: string;
/** What happens between reading and saving a session. */
let meanwhile: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
  table = await tableFixture();
  const app = new Koa();
  app.keys = ['new', 'old'];
  app.silent = true;
  const store = new CloakroomStore(table.options);
  app.use(async (context, next) => {
    try {
      await next();
    } catch (error) {
      context.status = 500;
      context.body = { code: (error as { code?: string }).code };
    }
  });
  app.use(createSession({ store, maxAge: 60_000, rolling: true }, app));
  app.use(route);
  server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
    await meanwhile();
    session.slow = true;
  } else if (what === 'slow-regenerate') {
    await meanwhile();
    await session.regenerate();
  } else if (what === 'sign-out') context.session = null;
  else if (what === 'replace') context.session = { userId: session.userId, only: value };
  else if (what === 'browser-session') session.maxAge = 'session';
  else if (what === 'large') session.large = 'x'.repeat(70_000);
  else context.body = session.toJSON();
}

async function signedIn(name: string) {
  const browser = new Browser({ url });
  await browser.get(`/sign-in/${name}`);
  return browser;
}

const home = async (browser: Browser) => (await browser.get('/')).body;

async function revoke(name: string): Promise<void> {
  for (const { id } of await table.listed(name)) await table.house.revoke({ user: userOf(name), id });
}

describe('a session of a Koa app', () => {
  it('is listed with its browser, revoked, and out at its next request', async () => {
    const browser = await signedIn('ada');
    expect(await home(browser)).toEqual({ userId: 'ada' });
    const [session] = await table.listed('ada');
    expect(session).toMatchObject({ kind: 'web' });
    expect(session?.ip).toMatch(/127\.0\.0\.1$/);
    expect(session?.userAgent).toContain('Firefox');
    await revoke('ada');
    expect(await home(browser)).toEqual({});
  });

  it('gets another id at the sign-in, and is gone from the list after its sign-out', async () => {
    const browser = new Browser({ url });
    await browser.get('/set/cart');
    const before = await browser.cookie();
    await browser.get('/sign-in/bob');
    expect(await browser.cookie()).not.toBe(before);
    expect(await home(browser)).toEqual({ cart: true, userId: 'bob' });
    await browser.get('/sign-out');
    expect(await table.listed('bob')).toEqual([]);
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
      meanwhile = () => revoke('eve');
      await browser.get(path);
      expect(await home(browser)).not.toHaveProperty('userId');
      expect(await table.listed('eve')).toEqual([]);
    },
  );

  it('goes on under another id by regenerate, in one entry', async () => {
    const browser = await signedIn('fay');
    meanwhile = async () => undefined;
    await browser.get('/slow-regenerate');
    expect(await home(browser)).toEqual({ userId: 'fay' });
    expect(await table.listed('fay')).toHaveLength(1);
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

  it('that is too large is an error of the request', async () => {
    const browser = await signedIn('ida');
    expect(await browser.get('/large')).toMatchObject({ status: 500, body: { code: 'SESSION_TOO_LARGE' } });
  });
});
