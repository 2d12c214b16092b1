import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import session, { type SessionOptions } from 'express-session';
import { Cookie, CookieJar } from 'tough-cookie';
import { CloakroomStore, type CloakroomStoreOptions } from './index.ts';
import { tableFixture } from './table-fixture.ts';

declare module 'express-session' {
  interface SessionData {
    userId?: unknown;
    passport?: { user?: unknown };
    [key: string]: unknown;
  }
}

type Options = CloakroomStoreOptions<session.SessionData>;

/** A table, and stores over it. */
export async function storeFixture() {
  const fixture = await tableFixture();
  const newStore = (options: Partial<Options> = {}) => new CloakroomStore({ ...fixture.options, ...options });
  return { ...fixture, newStore };
}

export type StoreFixture = Awaited<ReturnType<typeof storeFixture>>;

export interface RunningApp {
  readonly url: string;
  readonly store: CloakroomStore;
  stop(): Promise<void>;
}

interface AppOptions {
  readonly store: CloakroomStore;
  readonly session?: Partial<SessionOptions>;
  readonly routes: (app: Express) => void;
}

/** An Express app over HTTP. What goes wrong is answered as 500 with its code. */
export async function startApp({ store, session: options, routes }: AppOptions): Promise<RunningApp> {
  const app = express();
  app.use(express.json());
  app.use(session({ store, secret: ['new', 'old'], resave: false, saveUninitialized: false, ...options }));
  routes(app);
  app.use((error: { code?: string }, _request: unknown, response: express.Response, _next: unknown) => {
    if (!response.headersSent) response.status(500).json({ code: error.code ?? String(error) });
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, store, stop };
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly body: any;
  /** `Set-Cookie` lines. */
  readonly set: readonly string[];
}

/** A browser: a jar of cookies, and a name. */
export class Browser {
  readonly jar = new CookieJar();
  readonly #url: string;

  constructor({ url }: Pick<RunningApp, 'url'>) {
    this.#url = url;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = await this.jar.getCookieString(this.#url);
    const response = await fetch(this.#url + path, {
      headers: {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
        cookie,
        ...headers,
      },
    });
    const set = response.headers.getSetCookie();
    for (const line of set) await this.jar.setCookie(line, this.#url);
    return { status: response.status, body: await response.json(), set };
  }

  /** The cookie as it is sent. */
  cookie(): Promise<string> {
    return this.jar.getCookieString(this.#url);
  }

  /** Another browser with the same cookies. */
  async copy(): Promise<Browser> {
    const other = new Browser({ url: this.#url });
    for (const cookie of await this.jar.getCookies(this.#url)) {
      await other.jar.setCookie(Cookie.parse(cookie.toString()) ?? cookie, this.#url);
    }
    return other;
  }
}
