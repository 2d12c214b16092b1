import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currentCookie, decideRenewal, isUnconfirmed, matchTicket, rotate } from './rotation.ts';
import { newTicket } from './ticket.ts';
import type { TicketState } from './ticket-state.ts';

const NOW = 1_800_000_000;
const GRACE = 30;
const { cookie, hashes } = newTicket({ issuer: 'main', sub: 'ada' });
const first: TicketState = { ...hashes, recheckAt: NOW + 3600 };
const { cookie: next, ...rotated } = rotate(cookie, NOW);
const second: TicketState = { ...first, ...rotated, renewedAt: NOW };
const confirmed = (at: number): TicketState => {
  const { previousHash, nonce } = rotated.rotation;
  return { ...second, rotation: { previousHash, nonce, confirmedAt: at } };
};

describe('a secret and the one before it', () => {
  it('are both valid until the new one has been used, however late that is', () => {
    for (const late of [0, GRACE, 86_400]) {
      expect(matchTicket({ ticket: second }, cookie, NOW + late)).toBe('previous');
      expect(matchTicket({ ticket: second }, next, NOW + late)).toBe('current');
    }
    expect(isUnconfirmed({ ticket: second })).toBe(true);
    expect(isUnconfirmed({ ticket: confirmed(NOW) })).toBe(false);
    expect(isUnconfirmed({ ticket: first })).toBe(false);
  });

  it('are both valid for 30 s more, and then the one before is a copy', () => {
    const ticket = confirmed(NOW + 7);
    expect(matchTicket({ ticket }, cookie, NOW + 7 + GRACE - 1)).toBe('previous');
    expect(matchTicket({ ticket }, cookie, NOW + 7 + GRACE)).toBe('reuse');
    expect(matchTicket({ ticket }, next, NOW + 7 + GRACE)).toBe('current');
  });

  it('are of one family: with another, anybody could have made them up', () => {
    const { family } = newTicket(cookie.user).cookie;
    for (const each of [cookie, next])
      expect(matchTicket({ ticket: second }, { ...each, family }, NOW)).toBe('stranger');
  });

  it('give the same new one to whoever has either: the order of answers does not matter', () => {
    expect(currentCookie(cookie, 'previous', second)).toEqual(next);
    expect(currentCookie(next, 'current', second)).toEqual(next);
    expect(currentCookie(cookie, 'current', first)).toEqual(cookie);
  });

  it('are of no use without the nonce, and the nonce without them', () => {
    const { secretHash, rotation } = rotate(cookie, NOW);
    expect(rotation.nonce).not.toBe(rotated.rotation.nonce);
    expect(secretHash).not.toBe(rotated.secretHash);
    expect(JSON.stringify(second)).not.toContain(next.secret);
    expect(JSON.stringify(second)).not.toContain(cookie.secret);
  });
});

describe('a refresh', () => {
  it.each<readonly [string, TicketState, 'current' | 'previous', number, boolean, boolean]>([
    ['the first', first, 'current', 0, true, true],
    ['just after another, by whoever has its answer', second, 'current', GRACE - 1, false, false],
    ['just after another, by whoever has lost it', second, 'previous', GRACE - 1, false, false],
    ['later, by whoever has lost the answer', second, 'previous', GRACE, true, false],
    ['later, by whoever has not used it since', second, 'current', GRACE, true, false],
    ['while the one before is still valid', confirmed(NOW + 20), 'current', 49, true, false],
    ['when the one before is over', confirmed(NOW + 20), 'current', 50, true, true],
    ['when the recheck is due at once', { ...second, recheckAt: NOW + 5 }, 'current', 5, true, false],
  ])('%s', (_, ticket, match, after, asksProvider, rotates) => {
    expect(decideRenewal(ticket, match, NOW + after)).toEqual({ asksProvider, rotates });
  });
});

/** What a browser and the table know, and what may happen to them. */
type Event = 'answered' | 'lost' | 'used' | number;

describe('a browser that is alone with its cookie', () => {
  it('is never taken for a thief, whatever answers are lost, and whenever it refreshes', () => {
    const events = fc.array<Event>(
      fc.oneof(fc.constantFrom('answered', 'lost', 'used'), fc.integer({ min: 1, max: 100 })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(events, (sequence) => {
        let [ticket, held, now] = [first, cookie, NOW];
        for (const event of sequence) {
          if (typeof event === 'number') {
            now += event;
            continue;
          }
          const match = matchTicket({ ticket }, held, now);
          expect(['current', 'previous']).toContain(match);
          if (match !== 'current' && match !== 'previous') return;
          if (match === 'current' && ticket.rotation !== undefined && 'rotatedAt' in ticket.rotation) {
            const { previousHash, nonce } = ticket.rotation;
            ticket = { ...ticket, rotation: { previousHash, nonce, confirmedAt: now } };
          }
          if (event === 'used') continue;
          const plan = decideRenewal(ticket, match, now);
          const changed = plan.rotates ? rotate(held, now) : undefined;
          const answered = changed?.cookie ?? currentCookie(held, match, ticket);
          if (plan.asksProvider) ticket = { ...ticket, renewedAt: now, recheckAt: now + 3600 };
          if (changed !== undefined) ticket = { ...ticket, secretHash: changed.secretHash, rotation: changed.rotation };
          if (event === 'answered') held = answered;
        }
      }),
      { numRuns: 500 },
    );
  });
});
