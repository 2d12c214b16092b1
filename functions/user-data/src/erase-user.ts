import type { NowMs, Telemetry, User } from '@cloakroom/core';
import type { EventEraser } from '@cloakroom/events';
import {
  actionFields,
  assertKnownParameters,
  HttpError,
  type Route,
  requireUserByKey,
  showUser,
} from '@cloakroom/http';
import type { SessionStore } from '@cloakroom/sessions';

/** After this long no further page is begun: the gateway waits 30 s, and a page may have to be retried. */
const BUDGET_MS = 10_000;

export interface EraseUserDeps {
  readonly sessions: Pick<SessionStore, 'isKnown' | 'markErased' | 'erasePage'>;
  readonly events: EventEraser;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Erases a user. First every session and every sign-in of the user ends. Then everything of the user is deleted from both tables, but
 * for the watermark, the mark of the erasure and the end markers, which keep old sign-ins out and old events from being stored again.
 *
 * Answers 200 `{done: true, userId, userKey}`, or 202 with `done: false` when one request could not delete everything: repeat it. It
 * can be repeated at any time, after a failure too. Each repeat erases everything until its own moment, also what the person has done
 * who has signed in again.
 *
 * 400 unless the path has the user's `userKey`. 404, and nothing is written, for somebody of whom nothing is kept.
 */
export function eraseUser(deps: EraseUserDeps): Route {
  const { sessions, nowMs, telemetry } = deps;
  return {
    access: ['admin', 'service:users'],
    async handle(request) {
      assertKnownParameters(request.query, []);
      const user = requireUserByKey(request);
      const deadlineMs = nowMs() + BUDGET_MS;
      await assertKnown(user, deps);
      await sessions.markErased(user);
      const done = await erasePages(user, deadlineMs, deps);
      const fields = { ...actionFields(request, user), done };
      telemetry.log.info('user.erased', done ? 'a user was erased' : 'a user was erased in part', fields);
      return { status: done ? 200 : 202, data: { done, ...showUser(user, request) } };
    },
  };
}

/** Events alone may be left where the mark has gone. @throws HttpError NOT_FOUND */
async function assertKnown(user: User, { sessions, events }: EraseUserDeps): Promise<void> {
  if ((await sessions.isKnown(user)) || (await events.hasAny(user))) return;
  throw new HttpError('NOT_FOUND', 'nothing is kept of this user');
}

/** One page at least, so that repeating always gets on. Sessions first: their ends are recorded as events until they are gone. */
async function erasePages(
  user: User,
  deadlineMs: number,
  { sessions, events, nowMs }: EraseUserDeps,
): Promise<boolean> {
  const parts = [async () => (await sessions.erasePage(user)).isDone, async () => (await events.erasePage(user)).done];
  for (const isPartDone of parts) {
    while (!(await isPartDone())) {
      if (nowMs() >= deadlineMs) return false;
    }
  }
  return true;
}
