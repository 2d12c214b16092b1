import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRecheckDue, postponed, recheckInterval } from './recheck.ts';

const HOUR = 3600;
const state = { familyHash: '', secretHash: '' };

describe('when the provider is asked again', () => {
  it.each<readonly [object, number]>([
    [{}, HOUR],
    [{ refreshExpiresInSeconds: 1800 }, 900],
    [{ refreshIdleSeconds: 600 }, 300],
    [{ refreshExpiresInSeconds: 1801, refreshIdleSeconds: 60 }, 900],
    [{ refreshExpiresInSeconds: 30 * 24 * HOUR }, HOUR],
  ])('of %j it is %i s', (lifetimes, seconds) => {
    expect(recheckInterval(lifetimes)).toBe(seconds);
  });

  it('is due from that second on, and only for tickets', () => {
    expect(isRecheckDue({ ticket: { ...state, recheckAt: 100 } }, 99)).toBe(false);
    expect(isRecheckDue({ ticket: { ...state, recheckAt: 100 } }, 100)).toBe(true);
    expect(isRecheckDue({}, 100)).toBe(false);
  });

  it('moves only forward in an outage, by five minutes at most, and never past the grace', () => {
    const times = fc.record({
      due: fc.nat(10_000),
      grace: fc.nat(5000),
      steps: fc.array(fc.nat(400), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(times, ({ due, grace, steps }) => {
        let recheck: { recheckAt: number; recheckDueAt?: number } = { recheckAt: due };
        let now = due;
        for (const step of steps) {
          now += step;
          const moved = postponed(recheck, now, grace);
          if (moved === undefined) continue;
          expect(moved.recheckAt).toBeGreaterThan(recheck.recheckAt);
          expect(moved.recheckAt).toBeLessThanOrEqual(Math.min(now + 300, due + grace));
          expect(moved.recheckDueAt).toBe(due);
          recheck = moved;
        }
      }),
    );
  });

  it('is not moved by an outage that comes before it', () => {
    expect(postponed({ recheckAt: 1000 }, 600, HOUR)).toBeUndefined();
    expect(postponed({ recheckAt: 1000 }, 701, HOUR)).toEqual({ recheckAt: 1001, recheckDueAt: 1000 });
  });
});
