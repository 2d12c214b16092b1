import { createApi, errorOf } from './api.ts';
import type { Client, ClientOptions } from './client.ts';
import { CloakroomClientError } from './client-error.ts';
import { createEntrance } from './entrance.ts';
import { fetchWithTicket } from './fetch.ts';
import { createPresence } from './presence.ts';
import { createRenewal, type Renewal } from './renewal.ts';
import { createSchedule } from './schedule.ts';
import type { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** Of a request that nobody may do without. */
const TRIES = 3;

/** The client, in these surroundings. */
export function openClient({ apiUrl, frontend }: ClientOptions, around: Surroundings): Client {
  const { page, nowMs } = around;
  const api = createApi(apiUrl, around);
  const entrance = page && createEntrance({ apiUrl: api.url, frontend, page, nowMs });
  let lastRenewalMs = 0;
  const renewedAtMs = () => lastRenewalMs;
  /** For the provider, to be back soon. */
  let isLeaving = false;

  const settle = (renewal: Renewal) => {
    if (renewal.is === 'ended') presence.end(renewal.reason);
    // As long as the old ticket is good, nobody waits for the next try.
    if (renewal.is === 'unavailable') schedule.set(undefined, false);
    if (renewal.is !== 'renewed') return;
    noteRenewal(renewal.session.recheckAt);
    presence.see(renewal.session, true);
  };
  const noteRenewal = (recheckAt: string | undefined) => {
    lastRenewalMs = nowMs();
    schedule.set(recheckAt, true);
  };
  const renew = createRenewal({ api, locks: around.locks, nowMs, renewedAtMs, settle });
  const schedule = createSchedule({ nowMs, renew });
  const presence = createPresence(around.openChannel(`cloakroom:${api.url}`), noteRenewal);

  const whoAmI = async (): Promise<Session | undefined> => {
    const answer = await api.ask('/auth/session', { tries: TRIES });
    if (answer.status === 401 || answer.status === 410) {
      presence.end(answer.endedReason ?? 'unknown');
      return undefined;
    }
    if (answer.status !== 200) throw errorOf(answer);
    const session = answer.data as Session;
    schedule.set(session.recheckAt, false);
    presence.see(session, false);
    entrance?.succeed();
    return session;
  };

  /** In the tab that somebody looks at, and if no other one was faster. */
  const recheck = async () => {
    if (page === undefined || entrance === undefined || isLeaving) return;
    isLeaving = true;
    const recheckAt = schedule.recheckAt();
    const isStillDue = async () => (await whoAmI().catch(() => undefined))?.recheckAt === recheckAt;
    const mustAsk = page.isVisible() || (await page.whenVisible().then(isStillDue));
    isLeaving = mustAsk && entrance.recheck();
  };

  const session: Client['session'] = async ({ orSignIn = false } = {}) => {
    const found = await whoAmI();
    if (found !== undefined || page === undefined || entrance === undefined) return found;
    if (entrance.isInVain() || !orSignIn) return undefined;
    if (!page.isVisible()) return page.whenVisible().then(() => session({ orSignIn }));
    entrance.signIn();
    // The page is gone, unless somebody goes back to it.
    return new Promise((resolve) => page.onRestored(() => resolve(whoAmI())));
  };

  page?.onRestored(() => {
    isLeaving = false;
    presence.setLeaving(false);
    whoAmI().catch(() => undefined);
  });

  return {
    session,
    signIn(options) {
      if (entrance === undefined) throw pageRequired();
      entrance.signIn(options);
    },
    fetch: (input, init) => fetchWithTicket(input, init ?? {}, { api, schedule, nowMs, renew, renewedAtMs, recheck }),
    async signOut({ returnTo = '/' } = {}) {
      presence.setLeaving(page !== undefined);
      const body = JSON.stringify({ returnTo, frontend });
      const headers = { 'content-type': 'application/json' };
      const answer = await api.ask('/auth/logout', { method: 'POST', body, headers, tries: TRIES });
      if (answer.status !== 200) {
        presence.setLeaving(false);
        throw errorOf(answer);
      }
      presence.signOut();
      const { logoutUrl, providerSessionEnded } = answer.data as LogoutAnswer;
      const next = providerSessionEnded || logoutUrl === null ? ownPath(returnTo) : logoutUrl;
      page?.goTo(next);
      return next;
    },
    onSignedOut: presence.onSignedOut,
    onError: (listener) => entrance?.onError(listener) ?? (() => undefined),
  };
}

interface LogoutAnswer {
  readonly logoutUrl: string | null;
  readonly providerSessionEnded: boolean;
}

/** What of it is a path of this app: nothing that a page has read somewhere leads out of it, or runs. */
function ownPath(returnTo: string): string {
  return /^\/(?![/\\])[^\\\s]*$/.test(returnTo) ? returnTo : '/';
}

function pageRequired(): CloakroomClientError {
  return new CloakroomClientError('PAGE_REQUIRED', 'a worker cannot sign in: call signIn in a page');
}
