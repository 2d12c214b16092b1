import type { User } from '@cloakroom/core';
import { type Keys, passesOn, UNKNOWN_TEXT, type WebContent, type WebSession } from '@cloakroom/sessions/web';

/** A session that the holder's next one takes the place of. */
export interface Predecessor {
  /** Whose it was. */
  readonly user: User;
  /** When it was read, at the latest (epoch ms). */
  readonly heldSinceMs: number;
  /** Somebody else has ended it while the holder had it, or may have: the next one must not become this person's. */
  readonly isBarred: boolean;
  /** Its id, where ending it has failed: the holder may try again, and know then. */
  readonly openSid?: string | undefined;
}

/** How the holder's ending of a session went: done by it; somebody else had been faster; it has failed, so nobody knows. */
export type Leaving = 'ended' | 'was_ended' | 'failed';

/** What a holder knows of one session. */
export interface Holding {
  /** As it was read, or last written; undefined of one that never was. */
  session: WebSession | undefined;
  /** What is in it: also after a failure as it was read, or last written. */
  keys: Keys | undefined;
  /** When that was, in epoch milliseconds. */
  readonly sinceMs: number;
  /** Whether it was there before the holder. */
  readonly isRead: boolean;
  /** Whether ending it has failed: it may live on, so it must not become another person's under the id that it has. */
  isStuck: boolean;
  /** What the holder has asked for before: one thing after the other. */
  last: Promise<unknown>;
}

interface Holder {
  predecessor: Predecessor | undefined;
  readonly bySid: Map<string, Holding>;
}

/** What was handed out to whom. It goes with the holder: nothing of it outlives the request. */
export class Holdings {
  readonly #holders = new WeakMap<object, Holder>();

  /** Replaces what the holder knew of this session, and nothing else. */
  hold(holder: object, sid: string, { session, readAtMs }: { session: WebSession; readAtMs: number }): void {
    this.#known(holder).bySid.set(sid, newHolding(session, readAtMs));
  }

  /** Of one that was never handed out, a new one. */
  of(holder: object, sid: string): Holding {
    const { bySid } = this.#known(holder);
    const held = bySid.get(sid) ?? newHolding(undefined, Date.now());
    bySid.set(sid, held);
    return held;
  }

  /** What one object has goes on as another's, and so does all that was refused to the one which that takes the place of. */
  passOn(from: object, to: object, former: object | undefined): void {
    const given = this.#known(from);
    const { predecessor, bySid } = (former && this.#holders.get(former)) ?? newHolder();
    given.predecessor ??= predecessor;
    for (const [sid, { isStuck }] of bySid) {
      const holding = given.bySid.get(sid);
      if (holding !== undefined) holding.isStuck ||= isStuck;
    }
    this.#holders.set(to, given);
  }

  /**
   * The holder ends this session: the next one takes its place, if it was somebody's. Who is barred stays so, unless the very ending that
   * had failed was tried again.
   */
  leave(holder: object, sid: string, how: Leaving): void {
    const known = this.#known(holder);
    const { predecessor: former, bySid } = known;
    const holding = bySid.get(sid);
    if (holding === undefined) return;
    holding.isStuck = how === 'failed';
    const user = holding.session?.owned?.user;
    if (user === undefined || (former?.isBarred && former.openSid !== sid)) return;
    known.predecessor = {
      user,
      heldSinceMs: Math.min(holding.sinceMs, former?.heldSinceMs ?? holding.sinceMs),
      isBarred: how !== 'ended',
      openSid: how === 'failed' ? sid : undefined,
    };
  }

  /** What one holder's next session takes the place of, another's does. */
  succeed(from: object, to: object): void {
    const predecessor = this.predecessorOf(from);
    if (predecessor !== undefined) this.#known(to).predecessor = predecessor;
  }

  predecessorOf(holder: object): Predecessor | undefined {
    return this.#holders.get(holder)?.predecessor;
  }

  #known(holder: object): Holder {
    const known = this.#holders.get(holder) ?? newHolder();
    this.#holders.set(holder, known);
    return known;
  }
}

function newHolder(): Holder {
  return { predecessor: undefined, bySid: new Map() };
}

function newHolding(session: WebSession | undefined, sinceMs: number): Holding {
  return {
    session,
    keys: session?.keys,
    sinceMs,
    isRead: session !== undefined,
    isStuck: false,
    last: Promise.resolve(),
  };
}

/**
 * What is known of a session after a save that has failed, and may have been done all the same: nothing of what it was to change. So
 * the next save writes that, whatever it is by then.
 */
export function afterFailure(
  before: WebSession,
  { keys, cookie, expiresAtMs, owner }: Pick<WebContent, 'keys' | 'cookie' | 'expiresAtMs' | 'owner'>,
  mayPass: boolean,
): WebSession | undefined {
  // Whose it is by now is not known either: the next save replaces the whole, whosever it is.
  if (mayPass && passesOn(before.owned, owner)) return undefined;
  const known = new Map(before.keys);
  for (const key of [...before.keys.keys(), ...keys.keys()]) {
    if (before.keys.get(key) !== keys.get(key)) known.set(key, UNKNOWN_TEXT);
  }
  return {
    ...before,
    keys: known,
    cookie: before.cookie === cookie ? cookie : undefined,
    idleExpiresAtMs: Math.min(before.idleExpiresAtMs, expiresAtMs),
  };
}
