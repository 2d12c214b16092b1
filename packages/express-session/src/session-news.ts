import type { WebContent, WebOutcome, WebSession } from '@cloakroom/sessions/web';
import type { Report } from './report.ts';

/** A save that was done. */
export interface SavedNews {
  readonly before: WebSession | undefined;
  /** Whether the session was there before whoever holds it. */
  readonly isRead: boolean;
  readonly content: WebContent;
  readonly outcome: WebOutcome & { readonly outcome: 'saved' };
  readonly startedMs: number;
}

/** What an operator is told of sessions. */
export class SessionNews {
  readonly #report: Report;
  #hasWarned = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The words of a SyntaxError have some of the text in them, which is the app's. */
  unreadable(error: unknown): void {
    const reason =
      error instanceof Error && error.name === 'StoredItemError' ? error.message : 'a key or the cookie is no JSON';
    this.#report.error('web.session.malformed', 'a session is not understood: it lets nobody in', { reason });
    this.#report.count('SessionMalformed');
  }

  alreadyEnded(): void {
    this.#report.count('SessionAlreadyEnded');
  }

  notReborn(): void {
    this.alreadyEnded();
    this.#report.warn(
      'web.session.not_reborn',
      'a session was not saved: its user was in another one that somebody had ended while this request held it',
    );
  }

  saved({ before, isRead, content, outcome, startedMs }: SavedNews): void {
    if (outcome.conflicts > 0) this.#report.count('SessionKeyConflict', outcome.conflicts);
    const isMade = before === undefined && outcome.session.createdAtMs >= startedMs;
    if (isMade && content.owner === undefined) this.#report.count('AnonymousSessionCreated');
    if (isRead && before?.owned === undefined && content.owner !== undefined) this.#adopted();
  }

  #adopted(): void {
    this.#report.count('SessionAdopted');
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#report.warn(
      'web.session.adopted',
      'a session got a user under the id that it had: whoever knew that id is signed in too. Call regenerate at sign-in',
    );
  }
}
