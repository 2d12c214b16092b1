import { isSameUser, type User } from '@cloakroom/core';
import {
  passesOn,
  type WebContent,
  type WebEndReason,
  type WebOutcome,
  type WebSession,
  type WebSessions,
} from '@cloakroom/sessions/web';
import { type BrowserOf, contentOf, useOf } from './content.ts';
import { CloakroomStoreError } from './errors.ts';
import { afterFailure, type Holding, Holdings, type Leaving, type Predecessor } from './holdings.ts';
import { assertFits, dataOf } from './keys.ts';
import type { SessionNews } from './session-news.ts';
import type { Settings } from './settings.ts';
import type { SessionObject, SessionShape } from './shape.ts';
import { settingsOf, steadyCookie } from './steady-cookie.ts';
import { UnderWay } from './under-way.ts';

export interface SessionBookOptions {
  readonly web: WebSessions;
  readonly settings: Settings;
  readonly shape: SessionShape;
  readonly news: SessionNews;
}

/** A session that was read. */
export interface ReadSession {
  /** Plain, as the library wants it. */
  readonly data: SessionObject;
  /** What to give to {@link SessionBook.hold}. */
  readonly session: WebSession;
}

/** A session to be saved, and who holds it: the object by which the library tells one request's session from another's. */
export interface Saved {
  readonly sid: string;
  readonly object: SessionObject;
  readonly holder: object;
  readonly browser: BrowserOf;
}

/**
 * What was handed out to whom, so that a change writes only what its holder has changed. It is kept by the holder and never by the
 * session's id: two requests of one session hold what each of them has read.
 */
export class SessionBook {
  readonly #web: WebSessions;
  readonly #settings: Settings;
  readonly #shape: SessionShape;
  readonly #news: SessionNews;
  readonly #holdings = new Holdings();
  /** When each session that was read had been there. */
  readonly #readAtMs = new WeakMap<WebSession, number>();
  /** First saves, by session: there is no item yet that an ending could mark. */
  readonly #firstSaves = new UnderWay();

  constructor({ web, settings, shape, news }: SessionBookOptions) {
    this.#web = web;
    this.#settings = settings;
    this.#shape = shape;
    this.#news = news;
  }

  /** Undefined where there is none, or one that nobody can read: that is told once, and it lets nobody in. */
  async read(sid: string): Promise<ReadSession | undefined> {
    try {
      const readAtMs = Date.now();
      const session = await this.#web.get(sid);
      if (session !== undefined) this.#readAtMs.set(session, readAtMs);
      const data = session && this.tryDataOf(session);
      return data && { data, session };
    } catch (error) {
      if (!(error instanceof Error && error.name === 'StoredItemError')) throw error;
      this.#news.unreadable(error);
      return undefined;
    }
  }

  /** As the library wants it; undefined, and told, of one that nobody can read. */
  tryDataOf({ keys, cookie, idleExpiresAtMs }: WebSession): SessionObject | undefined {
    try {
      const data = dataOf(keys);
      return cookie === undefined ? data : { ...data, ...this.#shape.restored(settingsOf(cookie), idleExpiresAtMs) };
    } catch (error) {
      this.#news.unreadable(error);
      return undefined;
    }
  }

  /** From now on, the holder has this session as it was read. */
  hold(holder: object, sid: string, session: WebSession): void {
    this.#holdings.hold(holder, sid, { session, readAtMs: this.#readAtMs.get(session) ?? 0 });
  }

  /** What one holder has of the session goes on as another's, which takes the place of a former one where there was one. */
  passOn(from: object, to: object, former?: object): void {
    this.#holdings.passOn(from, to, former);
  }

  /** What one holder saves from now on, under whatever id, takes the place of what the other has ended. */
  succeed(from: object, to: object): void {
    this.#holdings.succeed(from, to);
  }

  /** Writes what has changed. The object may change further: it is read at once. */
  async save(saved: Saved): Promise<void> {
    const content = contentOf(saved, this.#of());
    const holding = this.#holdings.of(saved.holder, saved.sid);
    const saving = inTurn(holding, () => this.#write(saved, holding, content));
    if (holding.session === undefined) this.#firstSaves.add(saved.sid, saving);
    await saving;
  }

  async #write({ sid, holder }: Saved, holding: Holding, content: WebContent): Promise<void> {
    const { session: before } = holding;
    assertFits(content.keys, this.#settings.maxBytes, holding.keys);
    const predecessor = this.#holdings.predecessorOf(holder);
    // What is theirs already is no new session of theirs.
    const isFollowed = isOf(content.owner, predecessor?.user) && !isOf(content.owner, before?.owned?.user);
    if (isFollowed && predecessor?.isBarred) return this.#news.notReborn();
    if (holding.isStuck && content.owner !== undefined && passesOn(before?.owned, content.owner)) {
      throw new CloakroomStoreError(
        'STORE_UNAVAILABLE',
        'regenerate has failed: nobody signs in to the session that was to be replaced',
      );
    }
    const startedMs = Date.now();
    const following = isFollowed ? followedBy(content, predecessor) : content;
    const send = (steady: WebContent) => this.#web.set({ sid, before, content: steady });
    const outcome = await this.#sent(holding, steadied(following, before), { mayPass: true, send });
    const { isRead } = holding;
    if (outcome.outcome === 'saved') this.#news.saved({ before, isRead, content, outcome, startedMs });
  }

  /** Writes a use down, if one is due. */
  async touch({ sid, object, holder }: Omit<Saved, 'browser'>): Promise<void> {
    const use = useOf(object, this.#of());
    const holding = this.#holdings.of(holder, sid);
    await inTurn(holding, async () => {
      const before = holding.session;
      const content = steadied({ ...use, owner: undefined, keys: before?.keys ?? new Map() }, before);
      const send = (steady: WebContent) => this.#web.touch({ sid, before, content: steady });
      await this.#sent(holding, content, { mayPass: false, send });
    });
  }

  /** Notes how it has ended, a failure too. */
  async #sent(holding: Holding, content: WebContent, { mayPass, send }: Sending): Promise<WebOutcome> {
    try {
      const outcome = await send(content);
      if (outcome.outcome === 'saved') {
        holding.session = outcome.session;
        holding.keys = outcome.session.keys;
      } else this.#news.alreadyEnded();
      return outcome;
    } catch (error) {
      if (holding.session !== undefined) holding.session = afterFailure(holding.session, content, mayPass);
      throw error;
    }
  }

  /**
   * Ends a session, after all that this holder has asked for, and after every save of this process that may be about to make it.
   * Whose it was is kept for the holder's next one: see {@link succeed}.
   */
  async end(sid: string, reason: WebEndReason, holder?: object): Promise<void> {
    const holding = holder && this.#holdings.of(holder, sid);
    await holding?.last;
    await this.#firstSaves.settled(sid);
    let how: Leaving = 'failed';
    try {
      how = (await this.#web.end(sid, reason)).outcome === 'ended' ? 'ended' : 'was_ended';
    } finally {
      if (holder !== undefined) this.#holdings.leave(holder, sid, how);
    }
  }

  #of() {
    return { settings: this.#settings, shape: this.#shape, nowMs: Date.now() };
  }
}

interface Sending {
  /** Whether whose it is may change by it. */
  readonly mayPass: boolean;
  readonly send: (content: WebContent) => Promise<WebOutcome>;
}

/** Also after a failure: what comes next is decided by what is known. */
function inTurn(holding: Holding, work: () => Promise<void>): Promise<void> {
  const done = holding.last.then(work);
  holding.last = done.catch(() => undefined);
  return done;
}

function isOf(owner: WebContent['owner'], user: User | undefined): boolean {
  return owner !== undefined && user !== undefined && isSameUser(owner.user, user);
}

function followedBy(content: WebContent, predecessor: Predecessor | undefined): WebContent {
  const { owner } = content;
  return owner === undefined ? content : { ...content, owner: { ...owner, followsMs: predecessor?.heldSinceMs } };
}

function steadied(content: WebContent, before: WebSession | undefined): WebContent {
  return { ...content, cookie: steadyCookie(before?.cookie, content.cookie) };
}
