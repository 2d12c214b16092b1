import { setTimeout } from 'node:timers/promises';
import { webHash } from '../table/item-key.ts';
import { type RaceTiming, retryLostRaces } from '../table/lost-races.ts';
import { endWeb } from './end-web.ts';
import { planSet, planTouch } from './plan.ts';
import { readWeb } from './read-web.ts';
import { scanWeb } from './scan-web.ts';
import { WebSaving } from './web-saving.ts';
import type { WebChange, WebOutcome, WebSessions } from './web-session.ts';
import type { WebTable } from './web-table.ts';

export type WebSessionsOptions = Omit<WebTable, 'races'> & {
  /** How lost races are waited out. */
  readonly races?: Partial<RaceTiming>;
};

/** A server has no deadline of its own. Whoever waits for its answer has: a load balancer, a browser, and a person before it. */
const PATIENCE_MS = 20_000;

/** The sessions of one prefix. */
export function createWebSessions({ races, ...options }: WebSessionsOptions): WebSessions {
  const { prefix } = options;
  /** The table, as one operation has it that begins now. */
  const tableNow = (): WebTable => {
    const endsAtMs = performance.now() + PATIENCE_MS;
    const remainingMs = () => endsAtMs - performance.now();
    return { ...options, races: { sleep: setTimeout, random: Math.random, remainingMs, ...races } };
  };
  const hashOf = (sid: string) => webHash(prefix, sid);
  return {
    async get(sid) {
      const stored = await readWeb(options, hashOf(sid));
      return stored?.state === 'active' ? stored.session : undefined;
    },
    set: (change) => setWeb(tableNow(), hashOf(change.sid), change),
    touch: (change) => touchWeb(tableNow(), hashOf(change.sid), change),
    end: (sid, reason) => endWeb(tableNow(), hashOf(sid), reason),
    pages: () => scanWeb(options),
    endScanned: ({ hash }) => endWeb(tableNow(), hash, 'logout'),
  };
}

function setWeb(table: WebTable, hash: string, change: WebChange): Promise<WebOutcome> {
  const saving = new WebSaving(table, { hash, change, planner: planSet });
  return retryLostRaces('signIn', () => saving.attempt(), table.races);
}

/** An object that was never handed out is touched as what the item is now; a session that is not there is not made. */
async function touchWeb(table: WebTable, hash: string, change: WebChange): Promise<WebOutcome> {
  const before = change.before ?? (await activeNow(table, hash));
  if (before === undefined) return { outcome: 'ended' };
  const touched = { ...change, before, content: { ...change.content, keys: before.keys, owner: undefined } };
  const saving = new WebSaving(table, { hash, change: touched, planner: planTouch });
  return retryLostRaces('signIn', () => saving.attempt(), table.races);
}

async function activeNow(table: WebTable, hash: string) {
  const stored = await readWeb(table, hash);
  return stored?.state === 'active' ? stored.session : undefined;
}
