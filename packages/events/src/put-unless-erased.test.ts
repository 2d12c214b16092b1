import { jsonText, type User, userKey, uuidv7 } from '@cloakroom/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventWriter } from './event-writer.ts';
import { type DatedEvent, putUnlessErased } from './put-unless-erased.ts';

const NOW = 1_780_000_000;
const users: readonly User[] = ['ann', 'bob'].map((sub) => ({ issuer: 'pool', sub }));

function eventsOf(owners: readonly number[]): DatedEvent[] {
  const at = new Date(NOW * 1000).toISOString();
  return owners.map((owner) => ({
    at: NOW,
    event: {
      user: users[owner] as User,
      id: uuidv7(NOW * 1000),
      type: 'cart.paid',
      data: jsonText({}),
      occurredAt: at,
      receivedAt: at,
    },
  }));
}

/** Both tables as their strongly consistent reads and single writes show them; each of these takes effect when the scheduler says so. */
function tables(scheduler: fc.Scheduler, fails: () => boolean) {
  const marks = new Map<string, number>();
  const events = new Map<string, DatedEvent['event']>();
  const when = async <T>(label: string, effect: () => T, mayFail = true): Promise<T> => {
    await scheduler.schedule(Promise.resolve(), `${label} arrives`);
    if (mayFail && fails()) throw new Error('throttled');
    const result = effect();
    await scheduler.schedule(Promise.resolve(), `${label} is answered`);
    return result;
  };
  const writer: EventWriter = {
    put: (event) =>
      when('put', () => {
        if (events.has(event.id)) return 'already stored';
        events.set(event.id, event);
        return 'stored';
      }),
    remove: ({ id }) => when('remove', () => void events.delete(id)),
  };
  const readErasures = (asked: readonly User[]) =>
    when('look', () => {
      const seen = new Map(asked.map((user) => [userKey(user), marks.get(userKey(user))]));
      return (user: User) => seen.get(userKey(user));
    });
  const erase = async (user: User) => {
    await when('mark', () => marks.set(userKey(user), NOW), false);
    const ids = await when(
      'query',
      () => [...events.values()].filter((event) => userKey(event.user) === userKey(user)).map(({ id }) => id),
      false,
    );
    for (const id of ids) await when('delete', () => void events.delete(id), false);
  };
  return { events, writer, readErasures, erase };
}

describe('putUnlessErased', () => {
  it('leaves no event of an erased user and loses none of another, whatever meets and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.nat(1), { minLength: 1, maxLength: 7 }),
        fc.infiniteStream(fc.nat(9)),
        async (scheduler, owners, luck) => {
          let failures = 6;
          const fails = () => luck.next().value === 0 && failures-- > 0;
          const { events, writer, readErasures, erase } = tables(scheduler, fails);
          const batch = eventsOf(owners);
          const deliver = async () => {
            // SQS gives back what failed, until it is done.
            for (let left: readonly DatedEvent[] = batch; left.length > 0; ) {
              const tried = await putUnlessErased(left, writer, readErasures);
              left = tried.flatMap(({ item, status }) => (status === 'rejected' ? item : []));
            }
          };
          const all = Promise.all([deliver(), deliver(), erase(users[0] as User)]);
          await scheduler.waitFor(all);
          expect([...events.keys()].sort()).toEqual(
            batch.flatMap(({ event }) => (event.user === users[1] ? event.id : [])).sort(),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
