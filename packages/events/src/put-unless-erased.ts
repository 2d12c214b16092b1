import type { User } from '@cloakroom/core';
import type { EventWriter, PutOutcome } from './event-writer.ts';
import type { UserEvent } from './user-event.ts';

/** What is erased, and the time before it, is dated by the clocks of several functions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

/** When the user was last erased, in epoch seconds; undefined if never. Strongly consistent. */
export type ErasedAt = (user: User) => Promise<number | undefined>;

interface Dated {
  readonly event: UserEvent;
  /** When we learned of it, in epoch seconds by our clocks. */
  readonly at: number;
}

/**
 * Stores an event once, unless its user has been erased since it came. An erasure may begin between the look and the write,
 * and have passed the event by; so there is a second look after it: the mark is set before the first event is deleted, so
 * one of the two sees the other. What an earlier try has stored and could not take back any more, the next one takes back.
 */
export async function putUnlessErased(
  { event, at }: Dated,
  events: EventWriter,
  erasedAt: ErasedAt,
): Promise<PutOutcome | 'of an erased user'> {
  const isErased = async () => at - CLOCK_MARGIN_SECONDS <= ((await erasedAt(event.user)) ?? Number.NEGATIVE_INFINITY);
  const outcome = (await isErased()) ? undefined : await events.put(event);
  if (outcome !== undefined && !(await isErased())) return outcome;
  await events.remove(event);
  return 'of an erased user';
}
