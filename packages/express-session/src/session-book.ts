import { isSameUser, type User } from '@cloakroom/core';
import type { WebContent, WebEndReason, WebOutcome, WebSession, WebSessions } from '@cloakroom/sessions/web';
import { type BrowserOf, contentOf, useOf } from './content.ts';
import { dataOf } from './keys.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { SessionObject, SessionShape } from './shape.ts';
import { steadyCookie } from './steady-cookie.ts';

export interface SessionBookOptions {
  readonly web: WebSessions;
  readonly settings: Settings;
  readonly shape: SessionShape;
  readonly report: Report;
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

interface Holding {
  readonly sid: string;
  /** As it was read, or last written; undefined of one that never was. */
  session: WebSession | undefined;
  /** Whether it was there before the holder. */
  readonly isRead: boolean;
  /** Who may not have it: somebody else has ended the session that it follows. */
  barred: User | undefined;
  /** What the holder has asked for before: one thing after the other. */
  last: Promise<unknown>;
}

/**
 * What was handed out to whom, so that a change writes only what its holder has changed. It is kept by the holder and never by the
 * session's id: two requests of one session hold what each of them has read.
 */
export class SessionBook {
  readonly #web: WebSessions;
  readonly #settings: Settings;
  readonly #shape: SessionShape;
  readonly #report: Report;
  readonly #holdings = new WeakMap<object, Holding>();
  #hasWarned = false;

  constructor({ web, settings, shape, report }: SessionBookOptions) {
    this.#web = web;
    this.#settings = settings;
    this.#shape = shape;
    this.#report = report;
  }

  /** Undefined where there is none, or one that nobody can read: that is told once, and it lets nobody in. */
  async read(sid: string): Promise<ReadSession | undefined> {
    try {
      const session = await this.#web.get(sid);
      const data = session && this.tryDataOf(session);
      return data && { data, session };
    } catch (error) {
      if (!(error instanceof Error && error.name === 'StoredItemError')) throw error;
      this.tellUnreadable(error);
      return undefined;
    }
  }

  /** As the library wants it; undefined, and told, of one that nobody can read. */
  tryDataOf({ keys, cookie, idleExpiresAtMs }: WebSession): SessionObject | undefined {
    try {
      const data = dataOf(keys);
      return cookie === undefined ? data : { ...data, ...this.#shape.restored(JSON.parse(cookie), idleExpiresAtMs) };
    } catch (error) {
      this.tellUnreadable(error);
      return undefined;
    }
  }

  tellUnreadable(error: unknown): void {
    const reason =
      error instanceof Error && error.name === 'StoredItemError' ? error.message : 'a key or the cookie is no JSON';
    this.#report.error('web.session.malformed', 'a session is not understood: it lets nobody in', { reason });
    this.#report.count('SessionMalformed');
  }

  /** From now on, the holder has this session as it was read. */
  hold(holder: object, sid: string, session: WebSession): void {
    this.#holdings.set(holder, { sid, session, isRead: true, barred: undefined, last: Promise.resolve() });
  }

  /** What another holder has of the session goes on as this one's. */
  passOn(from: object, to: object): void {
    const holding = this.#holdings.get(from);
    if (holding !== undefined) this.#holdings.set(to, holding);
  }

  /** The session that this holder is about to save must not become this person's. */
  bar(holder: object, sid: string, user: User): void {
    this.#holdingOf(holder, sid).barred = user;
  }

  /** Writes what has changed. The object may change further: it is read at once. */
  async save(saved: Saved): Promise<void> {
    const content = contentOf(saved, this.#of());
    const holding = this.#holdingOf(saved.holder, saved.sid);
    await inTurn(holding, async () => {
      const { session: before, barred } = holding;
      const isBarred = barred !== undefined && content.owner !== undefined && isSameUser(content.owner.user, barred);
      const outcome: WebOutcome = isBarred
        ? { outcome: 'ended' }
        : await this.#web.set({ sid: saved.sid, before, content: steadied(content, before) });
      this.#note(holding, outcome);
      if (outcome.outcome === 'saved') this.#tellOf({ holding, before, content, outcome });
    });
  }

  /** Writes a use down, if one is due. */
  async touch({ sid, object, holder }: Omit<Saved, 'browser'>): Promise<void> {
    const use = useOf(object, this.#of());
    const holding = this.#holdingOf(holder, sid);
    await inTurn(holding, async () => {
      const before = holding.session;
      const content = steadied({ ...use, owner: undefined, keys: new Map() }, before);
      this.#note(holding, await this.#web.touch({ sid, before, content }));
    });
  }

  /** Returns whose session it was that somebody else had ended while the holder had it. */
  async end(sid: string, reason: WebEndReason, holder?: object): Promise<User | undefined> {
    const { outcome } = await this.#web.end(sid, reason);
    const holding = holder === undefined ? undefined : this.#holdings.get(holder);
    return outcome === 'ended' || holding?.sid !== sid ? undefined : holding.session?.owned?.user;
  }

  /** Of one that was never handed out, a new one. */
  #holdingOf(holder: object, sid: string): Holding {
    const held = this.#holdings.get(holder);
    if (held?.sid === sid) return held;
    const fresh: Holding = { sid, session: undefined, isRead: false, barred: held?.barred, last: Promise.resolve() };
    this.#holdings.set(holder, fresh);
    return fresh;
  }

  #of() {
    return { settings: this.#settings, shape: this.#shape, nowMs: Date.now() };
  }

  #note(holding: Holding, outcome: WebOutcome): void {
    if (outcome.outcome === 'saved') holding.session = outcome.session;
    else this.#report.count('SessionAlreadyEnded');
  }

  #tellOf({ holding, before, content, outcome }: Told): void {
    if (outcome.conflicts > 0) this.#report.count('SessionKeyConflict', outcome.conflicts);
    if (before === undefined && content.owner === undefined && outcome.isWritten) {
      this.#report.count('AnonymousSessionCreated');
    }
    if (holding.isRead && before?.owned === undefined && content.owner !== undefined) this.#tellAdoption();
  }

  #tellAdoption(): void {
    this.#report.count('SessionAdopted');
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#report.warn(
      'web.session.adopted',
      'a session got a user under the id that it had: whoever knew that id is signed in too. Call regenerate at sign-in',
    );
  }
}

interface Told {
  readonly holding: Holding;
  readonly before: WebSession | undefined;
  readonly content: WebContent;
  readonly outcome: WebOutcome & { readonly outcome: 'saved' };
}

/** Also after a failure: what comes next is decided by what is known. */
function inTurn(holding: Holding, work: () => Promise<void>): Promise<void> {
  const done = holding.last.then(work);
  holding.last = done.catch(() => undefined);
  return done;
}

function steadied(content: WebContent, before: WebSession | undefined): WebContent {
  return { ...content, cookie: steadyCookie(before?.cookie, content.cookie) };
}
