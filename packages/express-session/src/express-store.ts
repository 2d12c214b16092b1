import type { IncomingMessage } from 'node:http';
import session, { type Cookie, type Session, type SessionData } from 'express-session';
import { type Callback, callBack } from './call-back.ts';
import { CloakroomStoreError } from './errors.ts';
import { openStore } from './open-store.ts';
import type { CloakroomStoreOptions } from './options.ts';
import { countAll, endAll, readAll, readPages } from './scan.ts';
import { COOKIE_SHAPE, type SessionObject } from './shape.ts';

/** A request of Express, or of plain HTTP: what the library hands to a store. */
type Request = Parameters<session.Store['createSession']>[0];

/**
 * Sessions of express-session in Cloakroom's table. One store serves one `session()`.
 *
 * Methods call back exactly once. Errors are `CloakroomStoreError`s. A session that has ended is no error: `get` gives `null`, and
 * what a request still writes into it is dropped.
 */
export class CloakroomStore extends session.Store {
  readonly #store;
  /** Set by express-session: gives a request a new session. */
  declare generate: (request: Request) => void;

  /** @throws CloakroomStoreError CONFIGURATION, which names every option that is wrong. Nothing is asked of AWS yet */
  constructor(options: CloakroomStoreOptions<SessionData>) {
    super();
    this.#store = openStore(options, COOKIE_SHAPE);
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.#settle(this.#read(sid), callback);
  }

  async #read(sid: string): Promise<SessionData | null> {
    const read = await this.#store.book.read(sid);
    if (read === undefined) return null;
    this.#store.book.hold(read.data, sid, read.session);
    return toSessionData(read.data);
  }

  /** Makes the request's session of what `get` gave. */
  override createSession(request: Request, data: SessionData): Session & SessionData {
    // An item without a cookie is a session all the same.
    data.cookie ??= this.#newCookie(request);
    const { session: former } = request;
    const made = super.createSession(request, data);
    this.#store.book.passOn(data, made, former);
    return made;
  }

  /** By the app's settings, which the library tells nobody: a new session has one. */
  #newCookie(request: Request): Cookie {
    if (this.generate === undefined) return new session.Cookie();
    const { sessionID, session: former } = request;
    this.generate(request);
    const { cookie } = request.session;
    Object.assign(request, { sessionID, session: former });
    return cookie;
  }

  override set(sid: string, session: SessionData, callback?: Callback): void {
    const saving = () =>
      this.#store.book.save({ sid, object: asObject(session), holder: session, browser: browserOf(session) });
    this.#settle(begun(saving), callback);
  }

  override touch(sid: string, session: SessionData, callback?: Callback): void {
    const touching = () => this.#store.book.touch({ sid, object: asObject(session), holder: session });
    this.#settle(begun(touching), callback);
  }

  override destroy(sid: string, callback?: Callback): void {
    this.#settle(this.#store.book.end(sid, 'logout'), callback);
  }

  /**
   * Whoever was ended by somebody else meanwhile does not come back by the new session. Where the ending fails, there is none: the
   * browser keeps its cookie, and the request its session.
   */
  override regenerate(request: Request, callback: (error: unknown) => void): void {
    const { book } = this.#store;
    const { session: held } = request;
    const regenerated = book.end(request.sessionID, 'replaced', held).then(() => {
      this.generate(request);
      if (held !== undefined) book.succeed(held, request.session);
    });
    this.#settle(regenerated, callback);
  }

  override all(callback: (error: unknown, sessions?: SessionData[]) => void): void {
    const all = readAll(this.#store).then((found) => found.map(toSessionData));
    this.#settle(all, callback);
  }

  override length(callback: (error: unknown, length?: number) => void): void {
    this.#settle(countAll(this.#store), callback);
  }

  override clear(callback?: Callback): void {
    this.#settle(endAll(this.#store), callback);
  }

  /** All sessions, page by page, however many there are: a Scan of the whole table. @throws CloakroomStoreError */
  async *pages(): AsyncGenerator<readonly SessionData[], void> {
    for await (const page of readPages(this.#store)) yield page.map(toSessionData);
  }

  #settle<T>(work: Promise<T>, callback: Callback<T> | undefined): void {
    callBack(work, callback, this.#store.tellFailure);
  }
}

/** What is wrong with a session object is told by the callback too. */
async function begun(work: () => Promise<void>): Promise<void> {
  await work();
}

function asObject(session: unknown): SessionObject {
  if (typeof session === 'object' && session !== null) return session as SessionObject;
  throw new CloakroomStoreError('SESSION_NOT_JSON', 'a session is an object');
}

function toSessionData(data: SessionObject): SessionData {
  return data as unknown as SessionData;
}

/** The library's session object knows its request; a plain object knows none, and `load` makes one without headers. */
function browserOf(session: SessionData) {
  const { req } = session as { readonly req?: Partial<IncomingMessage> & { readonly ip?: string } };
  return { ip: req?.ip ?? req?.socket?.remoteAddress, userAgent: req?.headers?.['user-agent'] };
}
