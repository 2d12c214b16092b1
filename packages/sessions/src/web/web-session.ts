import type { User } from '@cloakroom/core';
import type { Keys } from './key-changes.ts';

/**
 * A session of a web session library, as its item told it at one reading, or as it was last written. Whoever was handed it gives it
 * back with a change, so that only what differs is written. Times are epoch milliseconds.
 */
export interface WebSession {
  /** The name of its item: see `webHash`. */
  readonly hash: string;
  /** Whose it is, and the random public id under which that user's list shows it; absent of an anonymous one. */
  readonly owned?: OwnedAs | undefined;
  readonly createdAtMs: number;
  readonly idleExpiresAtMs: number;
  readonly absoluteExpiresAtMs: number;
  /** JSON text of the cookie's settings, without when it expires; undefined of an item that has none. */
  readonly cookie: string | undefined;
  /** JSON text by top-level key; {@link UNKNOWN_TEXT} of one of which a failed change has left nothing known. */
  readonly keys: Keys;
}

/** No JSON: different from whatever a key may have. */
export const UNKNOWN_TEXT = '';

export interface OwnedAs {
  readonly user: User;
  readonly id: string;
  /** Of the session at the provider that the sign-in belongs to, where that was told. */
  readonly sidHash?: string | undefined;
}

/** What a session is to be. */
export interface WebContent {
  /** Whose; undefined: nobody's. */
  readonly owner: WebOwner | undefined;
  readonly cookie: string;
  readonly keys: Keys;
  /** When it ends unless it is used again, by its cookie. The absolute end caps it. */
  readonly expiresAtMs: number;
  /**
   * For how long uses may go unwritten. It is added to what is stored as the idle end, so that no session ends before its cookie; 0
   * writes every use.
   */
  readonly slackMs: number;
}

/** Who has signed in, and from where. */
export interface WebOwner {
  readonly user: User;
  /** The session at the provider that the sign-in belongs to. Another one than before is another sign-in: see `passesOn`. */
  readonly providerSession?: { readonly sidHash: string; readonly sidKey: string } | undefined;
  readonly client: { readonly ip: string; readonly userAgent: string };
  /**
   * Of a session that takes the place of another of theirs: when that one was read (epoch ms). It is no new sign-in. So whoever has
   * ended all that they had since then has ended this too.
   */
  readonly followsMs?: number | undefined;
}

/** `before`: what was handed out of it; undefined of an object that never was, which replaces the whole. */
export interface WebChange {
  readonly sid: string;
  readonly before: WebSession | undefined;
  readonly content: WebContent;
}

/**
 * `ended`: it was ended or has expired, and nothing was written. Of a saved one: what the next change of the same object is to be given
 * as `before` (so of what others have written meanwhile it tells nothing, not even that somebody has signed in), whether anything had
 * to be written, and how many keys somebody else had changed since `before`, all of which this change has overwritten.
 */
export type WebOutcome =
  | { readonly outcome: 'saved'; readonly session: WebSession; readonly isWritten: boolean; readonly conflicts: number }
  | { readonly outcome: 'ended' };

/** `already`: somebody else had ended it. `unknown`: there is none, nor a mark of one. */
export interface WebEnding {
  readonly outcome: 'ended' | 'already' | 'unknown';
}

/** Why an app ends a session: its person signed out, or a new session takes its place. */
export type WebEndReason = 'logout' | 'replaced';

/** Sessions of a web session library. Reads are strongly consistent. A failure of the table is thrown, and never taken for "no session". */
export interface WebSessions {
  /** One GetItem. Undefined when there is none, it has ended, or it has expired. @throws StoredItemError */
  get(sid: string): Promise<WebSession | undefined>;
  /** @throws SessionLimitError the user may have no more; ContendedError after lost races */
  set(change: WebChange): Promise<WebOutcome>;
  /** Writes down a use, when it is due: see `WebContent.slackMs`. `keys` and `owner` are not looked at. */
  touch(change: WebChange): Promise<WebOutcome>;
  /** Ends it for good. Outlasts other writers. @throws ConflictError */
  end(sid: string, reason: WebEndReason): Promise<WebEnding>;
  /** The active ones of this prefix, by a Scan, page by page. */
  pages(): AsyncIterable<readonly WebSession[]>;
  /** Ends one that a page gave. */
  endScanned(session: WebSession): Promise<WebEnding>;
}
