import { describe, expect, it } from '@jest/globals';
import { expiresAt, idleExpiryAfter, isActive, isTouchDue } from './lifetime.ts';

describe('a session', () => {
  it.each([
    [99, 100, 200, true],
    [100, 100, 200, false],
    [250, 100, 200, false],
    [199, 300, 200, true],
    [200, 300, 200, false],
    [200, 200, 200, false],
  ])('at %i, with idle expiry %i and absolute expiry %i, is active: %s', (now, idle, absolute, expected) => {
    expect(isActive({ idleExpiresAt: idle, absoluteExpiresAt: absolute }, now)).toBe(expected);
  });

  it('ends at the earlier of the two', () => {
    expect(expiresAt({ idleExpiresAt: 5, absoluteExpiresAt: 7 })).toBe(5);
    expect(expiresAt({ idleExpiresAt: 9, absoluteExpiresAt: 7 })).toBe(7);
  });
});

describe('an idle time of its own', () => {
  const idle = { seconds: 600, setAt: 1000 };
  const session = { idleExpiresAt: 9000, absoluteExpiresAt: 9999, idle };

  it('counts from the last use or from when it was set, with a sixth for uses that went unwritten', () => {
    expect(expiresAt({ ...session, lastSeenAt: 500 })).toBe(1700);
    expect(expiresAt({ ...session, lastSeenAt: 2000 })).toBe(2700);
    expect(expiresAt({ ...session, lastSeenAt: 2000, idleExpiresAt: 2600 })).toBe(2600);
    expect(isActive({ ...session, lastSeenAt: 500 }, 1699)).toBe(true);
    expect(isActive({ ...session, lastSeenAt: 500 }, 1700)).toBe(false);
  });

  it.each(['bearer', 'ticket'] as const)(
    'takes the place of the policy, for when a use of a %s is written down too',
    (kind) => {
      const policy = { bearerIdleSeconds: 36_000, ticketIdleSeconds: 18_000, touchIntervalSeconds: 300 };
      expect(idleExpiryAfter(1000, policy, { kind, idle })).toBe(1700);
      expect(isTouchDue({ kind, lastSeenAt: 1000, idle }, 1100, policy)).toBe(true);
      expect(isTouchDue({ kind, lastSeenAt: 1000, idle }, 1099, policy)).toBe(false);
    },
  );
});

describe.each(['bearer', 'ticket'] as const)('writing down that a %s is used', (kind) => {
  const others = { bearerIdleSeconds: 999_999, ticketIdleSeconds: 999_999 };
  const policy = { ...others, [`${kind}IdleSeconds`]: 3600, touchIntervalSeconds: 300 };
  const short = { ...others, [`${kind}IdleSeconds`]: 605, touchIntervalSeconds: 300 };

  it('is due once per interval', () => {
    expect(isTouchDue({ kind, lastSeenAt: 1000 }, 1299, policy)).toBe(false);
    expect(isTouchDue({ kind, lastSeenAt: 1000 }, 1300, policy)).toBe(true);
  });

  it('is due at least six times per idle time', () => {
    expect(isTouchDue({ kind, lastSeenAt: 1000 }, 1099, short)).toBe(false);
    expect(isTouchDue({ kind, lastSeenAt: 1000 }, 1100, short)).toBe(true);
  });

  it('gives the idle time and one interval more', () => {
    expect(idleExpiryAfter(1000, policy, { kind })).toBe(1000 + 3600 + 300);
    expect(idleExpiryAfter(1000, short, { kind })).toBe(1000 + 605 + 100);
  });
});
