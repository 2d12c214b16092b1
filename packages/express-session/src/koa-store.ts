import { CloakroomStoreError } from './errors.ts';
import { failureOf } from './failure.ts';
import { KOA_SHAPE } from './koa-shape.ts';
import { openStore } from './open-store.ts';
import type { CloakroomStoreOptions } from './options.ts';
import { countAll, endAll, readAll, readPages } from './scan.ts';
import type { SessionObject } from './shape.ts';

/** What koa-session tells a store of the request: since 7.0 its `ctx`. */
export interface KoaRequest {
  readonly ctx?: KoaContext | undefined;
}

/** As much of Koa's context as is asked of it. */
export interface KoaContext {
  readonly ip?: string | undefined;
  get?(header: string): string;
}

/**
 * Sessions of koa-session in Cloakroom's table. Methods reject with `CloakroomStoreError`s. A session that has ended is no error:
 * `get` gives `undefined`, and what a request still writes into it is dropped.
 */
export class CloakroomStore {
  readonly #store;

  /** @throws CloakroomStoreError CONFIGURATION, which names every option that is wrong. Nothing is asked of AWS yet */
  constructor(options: CloakroomStoreOptions) {
    this.#store = openStore(options, KOA_SHAPE);
  }

  async get(key: string, _maxAge: unknown, request?: KoaRequest): Promise<SessionObject | undefined> {
    const { book } = this.#store;
    const ctx = contextOf(request);
    const read = await told(book.read(key));
    if (read === undefined) return undefined;
    book.hold(ctx, key, read.session);
    return read.data;
  }

  /** koa-session says `changed` by a hash of its own, which a new key does not change: what differs is found out here. */
  async set(key: string, session: SessionObject, _maxAge: unknown, request?: KoaRequest): Promise<void> {
    const ctx = contextOf(request);
    const browser = { ip: ctx.ip, userAgent: ctx.get?.('user-agent') };
    await told(this.#store.book.save({ sid: key, object: session, holder: ctx, browser }));
  }

  /** Also the first half of `regenerate`: whoever was ended by somebody else meanwhile does not come back by the other half. */
  async destroy(key: string, request?: KoaRequest): Promise<void> {
    await told(this.#store.book.end(key, 'logout', contextOf(request)));
  }

  /** All sessions. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
  all(): Promise<readonly SessionObject[]> {
    return told(readAll(this.#store));
  }

  /** How many sessions there are. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
  length(): Promise<number> {
    return told(countAll(this.#store));
  }

  /** Ends all sessions. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
  clear(): Promise<void> {
    return told(endAll(this.#store));
  }

  /** All sessions, page by page, however many there are: a Scan of the whole table. @throws CloakroomStoreError */
  pages(): AsyncGenerator<readonly SessionObject[], void> {
    return readPages(this.#store);
  }
}

/** Without it nobody could tell which request holds what. */
function contextOf(request: KoaRequest | undefined): KoaContext {
  if (request?.ctx !== undefined) return request.ctx;
  throw new CloakroomStoreError('CONFIGURATION', 'the store needs koa-session 7.0 or newer, which tells it the ctx');
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw failureOf(error);
  }
}
