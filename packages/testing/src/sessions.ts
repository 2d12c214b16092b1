import type { Login } from '@cloakroom/core';

const DAY = 86_400;

/** How a session store is configured in tests, but for its table and clock; there is always time to try again. */
export const STORE_RULES = {
  idle: { bearerIdleSeconds: 10 * DAY, ticketIdleSeconds: 1800, touchIntervalSeconds: 300 },
  loginMaxLifetimeSeconds: 30 * DAY,
  remainingMs: () => Number.POSITIVE_INFINITY,
};

interface TestPolicy {
  readonly bootstrap: 'on' | 'off';
  readonly maxSessionsPerUser: number;
  readonly sessionLimitPolicy: 'evict-oldest' | 'deny';
  readonly maxCreationsPerHour: number;
  readonly bootstrapMaxAuthAgeSeconds: number;
  readonly absoluteSeconds: number;
}

/** A policy that is in nobody's way: tests of its limits set them. */
export function aPolicy(fields: Partial<TestPolicy> = {}): TestPolicy {
  return {
    bootstrap: 'on',
    maxSessionsPerUser: 10_000,
    sessionLimitPolicy: 'evict-oldest',
    maxCreationsPerHour: 10_000,
    bootstrapMaxAuthAgeSeconds: 900,
    absoluteSeconds: 30 * DAY,
    ...fields,
  };
}

/** The request for the session of a sign-in. */
export function aCreation(login: Login, policy: Partial<TestPolicy> = {}) {
  return { login, client: { ip: '192.0.2.1', userAgent: 'Firefox' }, policy: aPolicy(policy) };
}
