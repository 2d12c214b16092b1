import type { Page } from './page.ts';

const COUNT = 'cloakroom.sign-ins';
const RECHECKED = 'cloakroom.rechecked';
/** So many sign-ins in a row, without a session after them, are enough. */
const MAX_SIGN_INS = 2;
/** A recheck is good for half an hour or an hour. One that is demanded again at once would be for ever. */
const MIN_RECHECK_MS = 60_000;

/** What this tab has tried since it last saw a session. */
export interface Attempts {
  add(): void;
  forget(): void;
  /** Whether the last two came to nothing. Also where the browser keeps nothing: there they would be for ever. */
  areEnough(): boolean;
  /** Whether the provider may be asked by a navigation, which is noted. */
  mayRecheck(nowMs: number): boolean;
}

export function createAttempts({ storage }: Pick<Page, 'storage'>): Attempts {
  const count = () => Number(storage === undefined ? MAX_SIGN_INS : storage.getItem(COUNT));
  return {
    add: () => storage?.setItem(COUNT, `${count() + 1}`),
    forget: () => storage?.removeItem(COUNT),
    areEnough: () => count() >= MAX_SIGN_INS,
    mayRecheck(nowMs) {
      const agoMs = nowMs - Number(storage === undefined ? nowMs : storage.getItem(RECHECKED));
      const isEarly = Math.abs(agoMs) < MIN_RECHECK_MS;
      if (!isEarly) storage?.setItem(RECHECKED, `${nowMs}`);
      return !isEarly;
    },
  };
}
