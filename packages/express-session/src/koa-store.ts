import { failureOf } from './failure.ts';
import { KOA_SHAPE } from './koa-shape.ts';
import { openStore } from './open-store.ts';
import type { CloakroomStoreOptions } from './options.ts';
import { endAll, readAll, readPages } from './scan.ts';
import type { SessionObject } from './shape.ts';

/** What koa-session tells a store of the request: 7.0 and newer give its `ctx`. */
export interface KoaRequest {
  readonly ctx: KoaContext;
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

  async get(key: string, _maxAge: unknown, { ctx }: KoaRequest): Promise<SessionObject | undefined> {
    const { book } = this.#store;
    const read = await told(book.read(key));
    if (read === undefined) return undefined;
    book.hold(ctx, key, read.session);
    return read.data;
  }

  /** koa-session says `changed` by a hash of its own, which a new key does not change: what differs is found out here. */
  async set(key: string, session: SessionObject, _maxAge: unknown, { ctx }: KoaRequest): Promise<void> {
    const browser = { ip: ctx.ip, userAgent: ctx.get?.('user-agent') };
    await told(this.#store.book.save({ sid: key, object: session, holder: ctx, browser }));
  }

  /** Also the first half of `regenerate`: whoever was ended by somebody else meanwhile does not come back by the other half. */
  async destroy(key: string, { ctx }: KoaRequest): Promise<void> {
    const { book } = this.#store;
    const barred = await told(book.end(key, 'logout', ctx));
    if (barred !== undefined) book.bar(ctx, key, barred);
  }

  /** All sessions. @throws CloakroomStoreError SCAN_OFF, SCAN_LIMIT */
  all(): Promise<readonly SessionObject[]> {
    return told(readAll(this.#store));
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

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw failureOf(error);
  }
}
