import { isSameUser } from '@cloakroom/core';
import { changesBetween, type KeyChanges, type Keys } from './key-changes.ts';
import { passesOn } from './passes-on.ts';
import type { OwnedAs, WebContent, WebOwner, WebSession } from './web-session.ts';

/** `before`: what the writer was handed out; `known`: what the item is by the latest reading, `before` if there was none since. */
export interface PlanCase {
  readonly before: WebSession | undefined;
  readonly known: WebSession;
  readonly content: WebContent;
}

/**
 * What there is to write, decided by what is known. Each write fails if that has changed.
 * `ended`: what the writer holds is over, whatever the item has become.
 * `keep`: it stays whose it is. `own`: it becomes somebody else's, nobody's, or of another sign-in of the same person.
 */
export type WebPlan =
  | { readonly do: 'ended' }
  | { readonly do: 'keep'; readonly keys: KeyWrite; readonly use: Use | undefined }
  | {
      readonly do: 'own';
      readonly from: OwnedAs | undefined;
      readonly to: WebOwner | undefined;
      readonly keys: KeyWrite;
      readonly use: Use;
    };

/** Single keys, whatever others have written to the rest; or the whole, of which nothing else is left. */
export type KeyWrite = { readonly changes: KeyChanges } | { readonly whole: Keys };

/** What is to be written down of a use. */
export interface Use {
  readonly idleExpiresAtMs: number;
  /** Undefined: as it is. */
  readonly cookie: string | undefined;
  /** Whether the session lives longer by it, or as long. Then the later end wins, whoever is first. */
  readonly isLonger: boolean;
}

const NO_CHANGES: KeyWrite = { changes: new Map() };

export function planSet(plan: PlanCase): WebPlan {
  const { before, known, content } = plan;
  const hold = holdOf(plan);
  if (hold === 'over') return { do: 'ended' };
  // What one person had in the session is none of the next one's: not even what was written since it was read.
  const isWhole = before === undefined || (hold === 'passes' && isAnother(known.owned, content.owner));
  const keys = isWhole ? { whole: content.keys } : { changes: changesBetween(before.keys, content.keys) };
  if (hold === 'passes') return { do: 'own', from: known.owned, to: content.owner, keys, use: useOf(plan) };
  const isAsItIs = isWhole && changesBetween(known.keys, content.keys).size === 0;
  return { do: 'keep', keys: isAsItIs ? NO_CHANGES : keys, use: dueUse(plan) };
}

/** Of a use alone: keys and owner are not looked at. */
export function planTouch(plan: PlanCase): WebPlan {
  const { before = plan.known, known } = plan;
  if (before.owned !== undefined && !isSameHold(before.owned, known.owned)) return { do: 'ended' };
  return { do: 'keep', keys: NO_CHANGES, use: dueUse(plan) };
}

/**
 * Whose the session is to be. What a person has signed out of is over for all who still hold it, also where the item lives on as
 * nobody's. Whoever holds it as nobody's goes on where somebody has signed in meanwhile.
 */
function holdOf({ before, known, content: { owner } }: PlanCase): 'stays' | 'passes' | 'over' {
  if (before?.owned !== undefined && !isSameHold(before.owned, known.owned)) return 'over';
  const isLate = before !== undefined && before.owned === undefined && known.owned !== undefined;
  if (isLate && owner === undefined) return 'stays';
  return passesOn(known.owned, owner) ? 'passes' : 'stays';
}

/** Whether it was somebody's who is not the next one. */
function isAnother(owned: OwnedAs | undefined, owner: WebOwner | undefined): boolean {
  return owned !== undefined && (owner === undefined || !isSameUser(owned.user, owner.user));
}

/** Whether both are one entry of one person. */
export function isSameHold(one: OwnedAs, other: OwnedAs | undefined): boolean {
  return other !== undefined && one.id === other.id && isSameUser(one.user, other.user);
}

/** The use, if it has to be written: the session would end before its cookie, or the cookie is another. */
function dueUse(plan: PlanCase): Use | undefined {
  const { known, content } = plan;
  const end = Math.min(content.expiresAtMs, known.absoluteExpiresAtMs);
  const use = useOf(plan);
  return use.cookie !== undefined || known.idleExpiresAtMs < end ? use : undefined;
}

function useOf({ before, known, content }: PlanCase): Use {
  const held = before ?? known;
  const end = Math.min(content.expiresAtMs + content.slackMs, known.absoluteExpiresAtMs);
  const isLonger = end >= held.idleExpiresAtMs;
  return {
    idleExpiresAtMs: isLonger ? Math.max(end, known.idleExpiresAtMs) : end,
    cookie: content.cookie === held.cookie ? undefined : content.cookie,
    isLonger,
  };
}
