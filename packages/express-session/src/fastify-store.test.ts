import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { itKeepsSessions, SuiteApp } from './app-suite-fixture.ts';
import { Browser } from './express-fixture.ts';
import { CloakroomStore } from './fastify.ts';
import { tableFixture } from './table-fixture.ts';

type Kept = Record<string, unknown>;

const app = new SuiteApp();
let server: FastifyInstance;
let sids = 0;
/** Whether the next request to DynamoDB fails. */
let failsNext = false;
beforeAll(async () => {
  const table = await tableFixture();
  const send = (command: never) => {
    if (!failsNext) return table.client.send(command);
    failsNext = false;
    throw new Error('throttled');
  };
  server = await start(new CloakroomStore({ ...table.options, client: { send } }));
  Object.assign(app, { table, url: server.listeningOrigin });
});
afterAll(() => server?.close());

async function start(store: CloakroomStore, hasPlugin = true): Promise<FastifyInstance> {
  const started = Fastify();
  await started.register(fastifyCookie);
  await started.register(fastifySession, {
    store,
    secret: 'a secret with minimum length of 32 characters',
    cookie: { secure: false, maxAge: 60_000 },
    saveUninitialized: false,
    // Ids that are odd in a path, and in a cookie.
    idGenerator: () => `%2F/${++sids}`,
  });
  if (hasPlugin) await started.register(store.plugin);
  routes(started);
  started.setErrorHandler((error: { code?: string }, _request, reply) => reply.status(500).send({ code: error.code }));
  await started.listen({ port: 0, host: '127.0.0.1' });
  return started;
}

function routes(routed: FastifyInstance): void {
  const kept = (session: unknown) => session as Kept;
  routed.get<{ Params: { name: string } }>('/sign-in/:name', async (request) => {
    await request.session.regenerate();
    kept(request.session).userId = request.params.name;
    await request.session.save();
    return {};
  });
  routed.get<{ Params: { key: string } }>('/set/:key', async ({ session, params }) => {
    kept(session)[params.key] = true;
    return {};
  });
  routed.get('/slow', async ({ session }) => {
    await app.meanwhile();
    kept(session).slow = true;
    return {};
  });
  routed.get('/slow-regenerate', async (request) => {
    await app.meanwhile();
    await request.session.regenerate(['userId']);
    return {};
  });
  routed.get('/reload', async (request) => {
    await app.meanwhile();
    await request.session.reload();
    kept(request.session).reloaded = true;
    return {};
  });
  routed.get('/sign-out', async ({ session }) => {
    await session.destroy();
    return {};
  });
  routed.get('/large', async (request) => {
    kept(request.session).large = 'x'.repeat(70_000);
    await request.session.save();
    return {};
  });
  routed.get('/', async ({ session }) => {
    const { cookie: _, ...data } = session;
    return data;
  });
}

describe('a session of a Fastify app', () => {
  const { signedIn, home, revoke } = app;
  itKeepsSessions(app);

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
    const without = await start(new CloakroomStore(app.table.options), false);
    const answer = await new Browser({ url: without.listeningOrigin }).get('/sign-in/hal');
    expect(answer).toMatchObject({ status: 500, body: { code: 'PLUGIN_MISSING' } });
    await without.close();
  });
});
