import { type Tried, tryEach, type User } from '@cloakroom/core';
import type { EventWriter, PutOutcome } from './event-writer.ts';
import type { UserEvent } from './user-event.ts';

/** What is erased, and the time before it, is dated by the clocks of several functions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/** When a user was last erased, in epoch seconds; undefined if never. Throws when that could not be read. */
type ErasedAt = (user: User) => number | undefined;

/** One look at the marks of all these users, strongly consistent. */
export type ReadErasures = (users: readonly User[]) => Promise<ErasedAt>;

export interface DatedEvent {
  readonly event: UserEvent;
  /** When we learned of it, in epoch seconds by our clocks. */
  readonly at: number;
}

const ERASED = 'of an erased user';

export type StoreOutcome = PutOutcome | typeof ERASED;

/**
 * Stores each event of a batch once, unless its user has been erased since it came, and tells what became of each. An erasure may
 * begin between the look and the writes, and have passed an event by; so there is a second look after them: the mark is set before
 * the first event is deleted, so one of the two sees the other. What an earlier try has stored and could not take back any more,
 * the next one takes back: an event whose second look failed is one that failed.
 */
export async function putUnlessErased<T extends DatedEvent>(
  batch: readonly T[],
  events: EventWriter,
  readErasures: ReadErasures,
): Promise<readonly Tried<T, StoreOutcome>[]> {
  const before = await look(batch, readErasures);
  const first = await tryEach(batch, async (dated) => (isErased(dated, before) ? ERASED : events.put(dated.event)));
  const stored = first.flatMap((tried) => (tried.status === 'fulfilled' && tried.value !== ERASED ? tried.item : []));
  const after = await look(stored, readErasures);
  const second = await tryEach(first, async (tried) => {
    if (tried.status === 'rejected') throw tried.reason;
    if (tried.value !== ERASED && !isErased(tried.item, after)) return tried.value;
    await events.remove(tried.item.event);
    return ERASED;
  });
  return second.map((tried) => ({ ...tried, item: tried.item.item }));
}

/** A look that failed as a whole is one that failed for each user: no event is taken for one of a user who was not erased. */
async function look(batch: readonly DatedEvent[], readErasures: ReadErasures): Promise<ErasedAt> {
  try {
    return await readErasures(batch.map(({ event }) => event.user));
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function isErased({ event, at }: DatedEvent, erasedAt: ErasedAt): boolean {
  return at - CLOCK_MARGIN_SECONDS <= (erasedAt(event.user) ?? Number.NEGATIVE_INFINITY);
}
