import { describe, expect, it } from '@jest/globals';
import { expiresAt, idleExpiryAfter, isTouchDue, statusOf } from './lifetime.ts';

describe('the status of a session', () => {
  it.each([
    [99, 100, 200, 'active'],
    [100, 100, 200, 'idle_expired'],
    [250, 100, 200, 'idle_expired'],
    [199, 300, 200, 'active'],
    [200, 300, 200, 'absolute_expired'],
    [200, 200, 200, 'absolute_expired'],
  ] as const)('at %i, with idle expiry %i and absolute expiry %i, is %s', (now, idle, absolute, status) => {
    expect(statusOf({ idleExpiresAt: idle, absoluteExpiresAt: absolute }, now)).toBe(status);
  });

  it('ends at the earlier of the two', () => {
    expect(expiresAt({ idleExpiresAt: 5, absoluteExpiresAt: 7 })).toBe(5);
    expect(expiresAt({ idleExpiresAt: 9, absoluteExpiresAt: 7 })).toBe(7);
  });
});

describe('writing down that a session is used', () => {
  const policy = { bearerIdleSeconds: 3600, touchIntervalSeconds: 300 };
  const short = { bearerIdleSeconds: 605, touchIntervalSeconds: 300 };

  it('is due once per interval', () => {
    expect(isTouchDue({ lastSeenAt: 1000 }, 1299, policy)).toBe(false);
    expect(isTouchDue({ lastSeenAt: 1000 }, 1300, policy)).toBe(true);
  });

  it('is due at least six times per idle time', () => {
    expect(isTouchDue({ lastSeenAt: 1000 }, 1099, short)).toBe(false);
    expect(isTouchDue({ lastSeenAt: 1000 }, 1100, short)).toBe(true);
  });

  it('gives the idle time and one interval more', () => {
    expect(idleExpiryAfter(1000, policy)).toBe(1000 + 3600 + 300);
    expect(idleExpiryAfter(1000, short)).toBe(1000 + 605 + 100);
  });
});
