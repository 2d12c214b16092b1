import { type AdoptOutcome, adoptWebSession } from './operations/adopt-web-session.ts';
import { type FinishOutcome, finishEnding, type MarkedSession } from './operations/finish-ending.ts';
import type { SessionRequest } from './operations/require-session.ts';
import { type SessionStoreOptions, sessionTableOf } from './session-store.ts';

/**
 * What web apps leave undone, since they may delete nothing and know nothing of other sessions. It stands apart from `SessionStore`, since
 * one function alone is told of it. Repeating it changes nothing.
 */
export interface FollowUps {
  /** Ends for good what an app has ended. @throws see `finishEnding` */
  finish(marked: MarkedSession): Promise<FinishOutcome>;
  /** Sees to a new session of an app. @throws see `adoptWebSession` */
  adopt(request: SessionRequest): Promise<AdoptOutcome>;
}

export function createFollowUps(options: SessionStoreOptions): FollowUps {
  const table = sessionTableOf(options);
  return { finish: (marked) => finishEnding(table, marked), adopt: (request) => adoptWebSession(table, request) };
}
