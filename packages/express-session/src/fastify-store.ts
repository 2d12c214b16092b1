import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { WebSession } from '@cloakroom/sessions/web';
import { type Callback, callBack } from './call-back.ts';
import type { BrowserOf } from './content.ts';
import { CloakroomStoreError } from './errors.ts';
import { openStore } from './open-store.ts';
import type { CloakroomStoreOptions } from './options.ts';
import { countAll, endAll, readAll, readPages } from './scan.ts';
import { COOKIE_SHAPE, type SessionObject } from './shape.ts';

/** As much of a Fastify request as is asked of it. */
export interface FastifyRequestLike {
  readonly ip?: string | undefined;
  readonly headers: { readonly 'user-agent'?: string | undefined };
  session?: unknown;
}

/** As much of a Fastify instance. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: unknown, done: () => void) => void): unknown;
}

/** To be registered after @fastify/session: it tells the store which request a session belongs to. */
export type StorePlugin = (instance: FastifyLike, options: unknown, done: (error?: Error) => void) => void;

/** One request, as the store knows it. */
interface Visit {
  readonly browser: BrowserOf;
  /** The library's session object of now. */
  session: unknown;
  /** The last one that was an object: what the next one takes the place of. */
  held: object | undefined;
  /** While the library is told of it: see {@link telling}. */
  failure: CloakroomStoreError | undefined;
}

/**
 * Sessions of @fastify/session in Cloakroom's table. Methods call back exactly once. Errors are `CloakroomStoreError`s. A session
 * that has ended is no error: `get` gives `null`, and what a request still writes into it is dropped.
 */
export class CloakroomStore extends EventEmitter {
  readonly #store;
  /** What is being handed out: the library makes its session object of it within the callback. */
  readonly #reading = new AsyncLocalStorage<{ readonly sid: string; readonly session: WebSession } | undefined>();
  readonly #visiting = new AsyncLocalStorage<Visit>();
  readonly #visits = new WeakMap<object, Visit>();
  /** Sessions that were to take the place of one that could not be ended. */
  readonly #stillborn = new WeakSet<object>();

  /** @throws CloakroomStoreError CONFIGURATION, which names every option that is wrong. Nothing is asked of AWS yet */
  constructor(options: CloakroomStoreOptions) {
    super();
    this.#store = openStore(options, COOKIE_SHAPE);
  }

  get plugin(): StorePlugin {
    const plugin: StorePlugin = (instance, _options, done) => {
      instance.addHook('onRequest', (request, _reply, next) => this.#begin(request, next));
      done();
    };
    // For the whole app, and not for this plugin alone: https://fastify.dev/docs/latest/Reference/Plugins/#handle-the-scope
    return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
  }

  /** Follows the session objects of the request, those that the library makes later too. */
  #begin(request: FastifyRequestLike, next: () => void): void {
    const { ip, headers, session } = request;
    const visit: Visit = {
      browser: { ip, userAgent: headers['user-agent'] },
      session,
      held: undefined,
      failure: undefined,
    };
    this.#follow(visit, session);
    Object.defineProperty(request, 'session', {
      configurable: true,
      enumerable: true,
      get: () => visit.session,
      set: (made: unknown) => {
        if (isObject(made) && (visit.failure !== undefined || this.#stillborn.has(made))) return;
        visit.session = made;
        this.#follow(visit, made);
      },
    });
    this.#visiting.run(visit, next);
  }

  #follow(visit: Visit, session: unknown): void {
    if (!isObject(session)) return;
    this.#visits.set(session, visit);
    visit.held = session;
    const read = this.#reading.getStore();
    // A session that was made anew within the same request has another id.
    if (read !== undefined && 'sessionId' in session && session.sessionId === read.sid)
      this.#store.book.hold(session, read.sid, read.session);
  }

  /** For the library, whose type of a session an app may have given members of its own: a plain object, or `null`. */
  get(sid: string, callback: (error: CloakroomStoreError | null, session?: never) => void): void {
    const visit = this.#visiting.getStore();
    this.#settle(this.#store.book.read(sid), (error, read) => {
      if (error !== null) return telling(visit, error, () => callback(error, null as never));
      // Also of one that is not there: what was read of it before is not what the library makes now.
      const reading = read && { sid, session: read.session };
      this.#reading.run(reading, callback, null, (read?.data ?? null) as never);
    });
  }

  set(sid: string, session: object, callback?: Callback): void {
    this.#settle(this.#set(sid, session as SessionObject), callback);
  }

  async #set(sid: string, session: SessionObject): Promise<void> {
    const visit = this.#visits.get(session) ?? this.#visiting.getStore();
    if (visit === undefined) {
      throw new CloakroomStoreError(
        'PLUGIN_MISSING',
        'the store does not know the request: register its plugin after @fastify/session, by app.register(store.plugin)',
      );
    }
    if (visit.failure !== undefined && session !== visit.held) {
      this.#stillborn.add(session);
      throw visit.failure;
    }
    const { book } = this.#store;
    // The library saves the session that regenerate makes before the request has it.
    if (visit.held !== undefined) book.succeed(visit.held, session);
    await book.save({ sid, object: session, holder: session, browser: visit.browser });
  }

  /** Also the first half of `regenerate`: whoever was ended by somebody else meanwhile does not come back by the other half. */
  destroy(sid: string, callback?: Callback): void {
    const visit = this.#visiting.getStore();
    const told: Callback | undefined =
      callback && ((error) => (error === null ? callback(null) : telling(visit, error, () => callback(error))));
    this.#settle(this.#store.book.end(sid, 'logout', visit?.held), told);
  }

  all(callback: (error: CloakroomStoreError | null, sessions?: SessionObject[]) => void): void {
    this.#settle(readAll(this.#store), callback);
  }

  length(callback: (error: CloakroomStoreError | null, length?: number) => void): void {
    this.#settle(countAll(this.#store), callback);
  }

  clear(callback?: Callback): void {
    this.#settle(endAll(this.#store), callback);
  }

  /** All sessions, page by page, however many there are: a Scan of the whole table. @throws CloakroomStoreError */
  pages(): AsyncGenerator<readonly SessionObject[], void> {
    return readPages(this.#store);
  }

  #settle<T>(work: Promise<T>, callback: Callback<T> | undefined): void {
    callBack(work, callback, this.#store.tellFailure);
  }
}

/**
 * Tells the library of a failure. It goes on with a new session then, within the callback: an empty one under the same id where it could
 * not reload one, another where it could not end the old one. By either an outage would sign the person out. So the request keeps the
 * session that it has, and the browser its cookie.
 */
function telling(visit: Visit | undefined, failure: CloakroomStoreError, callback: () => void): void {
  if (visit !== undefined) visit.failure = failure;
  try {
    callback();
  } finally {
    if (visit !== undefined) visit.failure = undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
