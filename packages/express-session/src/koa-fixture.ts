import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Context } from 'koa';
import { createSession } from 'koa-session';
import type { TestApp } from './app-fixture.ts';
import { CloakroomStore } from './koa.ts';

/** A Koa app over HTTP, as {@link TestApp} wants it. What goes wrong is answered as 500 with its code. */
export async function listenKoa(app: TestApp) {
  const koa = new Koa();
  koa.keys = ['new', 'old'];
  koa.silent = true;
  const store = new CloakroomStore({ ...app.table.options, client: app.client });
  koa.use(async (context, next) => {
    try {
      await next();
    } catch (error) {
      context.status = 500;
      context.body = { code: (error as { code?: string }).code };
    }
  });
  koa.use(createSession({ store, maxAge: 3_600_000, rolling: true }, koa));
  koa.use((context) => route(context, app));
  const server = await new Promise<Server>((resolve) => {
    const listening = koa.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function route(context: Context, app: TestApp): Promise<void> {
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
  } else if (what === 'regenerate-again') {
    await app.meanwhile();
    const again = () =>
      session.regenerate().then(
        () => null,
        (error: { readonly code?: string }) => error.code,
      );
    context.body = { codes: [await again(), await again()] };
  } else if (what === 'sign-out') context.session = null;
  else if (what === 'replace') context.session = { userId: session.userId, only: value };
  else if (what === 'browser-session') session.maxAge = 'session';
  else if (what === 'large') session.large = 'x'.repeat(70_000);
  else context.body = session.toJSON();
}
