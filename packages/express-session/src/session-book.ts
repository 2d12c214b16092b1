import { isSameUser, type User } from '@cloakroom/core';
import type { WebContent, WebEndReason, WebOutcome, WebSession, WebSessions } from '@cloakroom/sessions/web';
import { type BrowserOf, contentOf, useOf } from './content.ts';
import { CloakroomStoreError } from './errors.ts';
import { afterFailure, type Holding, Holdings, type Predecessor } from './holdings.ts';
import { dataOf } from './keys.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { SessionObject, SessionShape } from './shape.ts';
import { isSettings, steadyCookie } from './steady-cookie.ts';
import { UnderWay } from './under-way.ts';

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

/**
 * What was handed out to whom, so that a change writes only what its holder has changed. It is kept by the holder and never by the
 * session's id: two requests of one session hold what each of them has read.
 */
export class SessionBook {
  readonly #web: WebSessions;
  readonly #settings: Settings;
  readonly #shape: SessionShape;
  readonly #report: Report;
  readonly #holdings = new Holdings();
  /** When each session that was read had been there. */
  readonly #readAtMs = new WeakMap<WebSession, number>();
  /** First saves, by session: there is no item yet that an ending could mark. */
  readonly #firstSaves = new UnderWay();
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
      const readAtMs = Date.now();
      const session = await this.#web.get(sid);
      if (session !== undefined) this.#readAtMs.set(session, readAtMs);
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
      return cookie === undefined ? data : { ...data, ...this.#shape.restored(settingsOf(cookie), idleExpiresAtMs) };
    } catch (error) {
      this.tellUnreadable(error);
      return undefined;
    }
  }

  /** The words of a SyntaxError have some of the text in them, which is the app's. */
  tellUnreadable(error: unknown): void {
    const reason =
      error instanceof Error && error.name === 'StoredItemError' ? error.message : 'a key or the cookie is no JSON';
    this.#report.error('web.session.malformed', 'a session is not understood: it lets nobody in', { reason });
    this.#report.count('SessionMalformed');
  }

  /** From now on, the holder has this session as it was read. */
  hold(holder: object, sid: string, session: WebSession): void {
    this.#holdings.hold(holder, sid, { session, readAtMs: this.#readAtMs.get(session) ?? 0 });
  }

  /** What one holder has of the session goes on as another's, which takes the place of a former one where there was one. */
  passOn(from: object, to: object, former?: object): void {
    this.#holdings.passOn(from, to, former);
  }

  /** What this holder saves from now on, under whatever id, takes the place of that. */
  follow(holder: object, predecessor: Predecessor): void {
    this.#holdings.follow(holder, predecessor);
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
    const predecessor = this.#holdings.predecessorOf(holder);
    // What is theirs already is no new session of theirs.
    const isFollowed = isOf(content.owner, predecessor?.user) && !isOf(content.owner, before?.owned?.user);
    if (isFollowed && predecessor?.isBarred) return this.#tellNotReborn();
    if (holding.isStuck && content.owner !== undefined && !isOf(content.owner, before?.owned?.user)) {
      throw new CloakroomStoreError(
        'STORE_UNAVAILABLE',
        'regenerate has failed: nobody signs in to the session that was to be replaced',
      );
    }
    const startedMs = Date.now();
    const following = isFollowed ? followedBy(content, predecessor) : content;
    const send = (steady: WebContent) => this.#web.set({ sid, before, content: steady });
    const outcome = await this.#sent(holding, steadied(following, before), { mayPass: true, send });
    if (outcome.outcome === 'saved') this.#tellOf({ holding, before, content, outcome, startedMs });
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
      if (outcome.outcome === 'saved') holding.session = outcome.session;
      else this.#report.count('SessionAlreadyEnded');
      return outcome;
    } catch (error) {
      if (holding.session !== undefined) holding.session = afterFailure(holding.session, content, mayPass);
      throw error;
    }
  }

  /**
   * Ends a session, after all that this holder has asked for, and after every save of this process that may be about to make it.
   * Returns what the holder's next session takes the place of, if it was somebody's.
   */
  async end(sid: string, reason: WebEndReason, holder?: object): Promise<Predecessor | undefined> {
    const holding = holder && this.#holdings.of(holder, sid);
    await holding?.last;
    await this.#firstSaves.settled(sid);
    const former = holder && this.#holdings.predecessorOf(holder);
    const user = holding?.session?.owned?.user;
    const predecessorIf = (isBarred: boolean): Predecessor | undefined => {
      if (holding === undefined || user === undefined || former?.isBarred) return former;
      return { user, heldSinceMs: Math.min(holding.sinceMs, former?.heldSinceMs ?? holding.sinceMs), isBarred };
    };
    try {
      const { outcome } = await this.#web.end(sid, reason);
      return predecessorIf(outcome !== 'ended');
    } catch (error) {
      if (holding !== undefined) holding.isStuck = true;
      // A library may go on all the same, and nobody knows who else has ended it.
      const barred = predecessorIf(true);
      if (holder !== undefined && barred !== undefined) this.#holdings.follow(holder, barred);
      throw error;
    }
  }

  /** What the holder's next session takes the place of. */
  predecessorOf(holder: object): Predecessor | undefined {
    return this.#holdings.predecessorOf(holder);
  }

  #of() {
    return { settings: this.#settings, shape: this.#shape, nowMs: Date.now() };
  }

  #tellOf({ holding, before, content, outcome, startedMs }: Told): void {
    if (outcome.conflicts > 0) this.#report.count('SessionKeyConflict', outcome.conflicts);
    const isMade = before === undefined && outcome.session.createdAtMs >= startedMs;
    if (isMade && content.owner === undefined) this.#report.count('AnonymousSessionCreated');
    if (holding.isRead && before?.owned === undefined && content.owner !== undefined) this.#tellAdoption();
  }

  #tellNotReborn(): void {
    this.#report.count('SessionAlreadyEnded');
    this.#report.warn(
      'web.session.not_reborn',
      'a session was not saved: its user was in another one that somebody had ended while this request held it',
    );
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

interface Sending {
  /** Whether whose it is may change by it. */
  readonly mayPass: boolean;
  readonly send: (content: WebContent) => Promise<WebOutcome>;
}

interface Told {
  readonly holding: Holding;
  readonly before: WebSession | undefined;
  readonly content: WebContent;
  readonly outcome: WebOutcome & { readonly outcome: 'saved' };
  readonly startedMs: number;
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

/** @throws SyntaxError, TypeError for what is no cookie */
function settingsOf(cookie: string): Readonly<Record<string, unknown>> {
  const settings: unknown = JSON.parse(cookie);
  if (isSettings(settings)) return settings;
  throw new TypeError('the cookie is no object');
}

function followedBy(content: WebContent, predecessor: Predecessor | undefined): WebContent {
  const { owner } = content;
  return owner === undefined ? content : { ...content, owner: { ...owner, followsMs: predecessor?.heldSinceMs } };
}

function steadied(content: WebContent, before: WebSession | undefined): WebContent {
  return { ...content, cookie: steadyCookie(before?.cookie, content.cookie) };
}
