import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { Browser } from './express-fixture.ts';
import { CloakroomStore } from './fastify.ts';
import { tableFixture, userOf } from './table-fixture.ts';

type Table = Awaited<ReturnType<typeof tableFixture>>;
type Kept = Record<string, unknown>;

let table: Table;
let app: FastifyInstance;
let url: string;
let sids = 0;
/** What happens between reading and saving the session of `/slow`. */
let meanwhile: () => Promise<unknown> = async () => undefined;
/** Whether the next request to DynamoDB fails. */
let failsNext = false;
beforeAll(async () => {
  table = await tableFixture();
  const send = (command: never) => {
    if (!failsNext) return table.client.send(command);
    failsNext = false;
    throw new Error('throttled');
  };
  app = await start(new CloakroomStore({ ...table.options, client: { send } }));
  url = app.listeningOrigin;
});
afterAll(() => app?.close());

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
  routed.get<{ Params: { name: string } }>('/sign-in/:name', async ({ session, params }, reply) => {
    await session.regenerate();
    return reply.redirect(`/signed-in/${params.name}`);
  });
  routed.get<{ Params: { name: string } }>('/signed-in/:name', async (request) => {
    kept(request.session).userId = request.params.name;
    await request.session.save();
    return { id: request.session.sessionId };
  });
  routed.get<{ Params: { key: string } }>('/set/:key', async ({ session, params }) => {
    kept(session)[params.key] = true;
    return {};
  });
  routed.get('/slow', async ({ session }) => {
    await meanwhile();
    kept(session).slow = true;
    return {};
  });
  routed.get('/slow-regenerate', async (request) => {
    await meanwhile();
    await request.session.regenerate(['userId']);
    return {};
  });
  routed.get('/reload', async (request) => {
    await meanwhile();
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
  routed.get('/', async ({ session }) => ({ ...session }));
}

async function signedIn(name: string) {
  const browser = new Browser({ url });
  await browser.get(`/signed-in/${name}`);
  return browser;
}

const home = async (browser: Browser) => (await browser.get('/')).body;

async function revoke(name: string): Promise<void> {
  for (const { id } of await table.listed(name)) await table.house.revoke({ user: userOf(name), id });
}

describe('a session of a Fastify app', () => {
  it('is listed with its browser, revoked, and out at its next request', async () => {
    const browser = await signedIn('ada');
    expect(await home(browser)).toMatchObject({ userId: 'ada' });
    const [session] = await table.listed('ada');
    expect(session).toMatchObject({ kind: 'web', ip: '127.0.0.1' });
    expect(session?.userAgent).toContain('Firefox');
    await revoke('ada');
    expect(await home(browser)).not.toHaveProperty('userId');
  });

  it('is gone from the list after its sign-out', async () => {
    const browser = await signedIn('bob');
    await browser.get('/sign-out');
    expect(await table.listed('bob')).toEqual([]);
  });

  it('keeps what each of many requests at once has put into it', async () => {
    const browser = await signedIn('cleo');
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => browser.get(`/set/${key}`)));
    expect(await home(browser)).toMatchObject(Object.fromEntries(keys.map((key) => [key, true])));
  });

  it('keeps what others have put into it while one request has reloaded it', async () => {
    const browser = await signedIn('dan');
    const other = await browser.copy();
    meanwhile = () => other.get('/set/other');
    await browser.get('/reload');
    expect(await home(browser)).toMatchObject({ userId: 'dan', other: true, reloaded: true });
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

  it('does not come back by a regenerate that could not end the old one, and that the library goes on with', async () => {
    const browser = await signedIn('finn');
    meanwhile = async () => {
      await revoke('finn');
      failsNext = true;
    };
    expect(await browser.get('/slow-regenerate')).toMatchObject({ status: 500, body: { code: 'STORE_UNAVAILABLE' } });
    expect(await home(browser)).not.toHaveProperty('userId');
    expect(await table.listed('finn')).toEqual([]);
  });

  it('goes on with what regenerate keeps of it, in one entry', async () => {
    const browser = await signedIn('fay');
    meanwhile = async () => undefined;
    await browser.get('/slow-regenerate');
    expect(await home(browser)).toMatchObject({ userId: 'fay' });
    expect(await table.listed('fay')).toHaveLength(1);
  });

  it('that is too large is an error of its save', async () => {
    const browser = await signedIn('gus');
    expect(await browser.get('/large')).toMatchObject({ status: 500, body: { code: 'SESSION_TOO_LARGE' } });
  });

  it('is not saved where the plugin is not registered, which the error says', async () => {
    const without = await start(new CloakroomStore(table.options), false);
    const answer = await new Browser({ url: without.listeningOrigin }).get('/signed-in/hal');
    expect(answer).toMatchObject({ status: 500, body: { code: 'PLUGIN_MISSING' } });
    await without.close();
  });
});
