import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import Fastify, { type FastifyInstance } from 'fastify';
import type { TestApp } from './app-fixture.ts';
import { CloakroomStore } from './fastify.ts';

type Kept = Record<string, unknown>;

interface Options {
  /** Whether the store's plugin is registered, as it must be. */
  readonly hasPlugin?: boolean;
}

let sids = 0;

/** A Fastify app over HTTP, as {@link TestApp} wants it. What goes wrong is answered as 500 with its code. */
export async function listenFastify(app: TestApp, { hasPlugin = true }: Options = {}) {
  const store = new CloakroomStore({ ...app.table.options, client: app.client });
  const started = Fastify();
  await started.register(fastifyCookie);
  await started.register(fastifySession, {
    store,
    secret: 'a secret with minimum length of 32 characters',
    cookie: { secure: false, maxAge: 3_600_000 },
    saveUninitialized: false,
    // Ids that are odd in a path, and in a cookie.
    idGenerator: () => `%2F/${++sids}`,
  });
  if (hasPlugin) await started.register(store.plugin);
  routes(started, app);
  started.setErrorHandler((error: { code?: string }, _request, reply) => reply.status(500).send({ code: error.code }));
  await started.listen({ port: 0, host: '127.0.0.1' });
  return { url: started.listeningOrigin, close: () => started.close() };
}

function routes(routed: FastifyInstance, app: TestApp): void {
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
  routed.get('/slow-regenerate-by-callback', async (request) => {
    await app.meanwhile();
    await new Promise<void>((resolve, reject) => {
      request.session.regenerate(['userId'], (error) => (error ? reject(error) : resolve()));
    });
    return {};
  });
  routed.get('/regenerate-again', async (request) => {
    await app.meanwhile();
    const again = async () => {
      try {
        await request.session.regenerate(['userId']);
        return null;
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    return { codes: [await again(), await again()] };
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
