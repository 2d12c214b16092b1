import { readEnv } from '@cloakroom/core';
import { expect, it } from '@jest/globals';
import { creationEnv, creationPolicyFrom, lifetimesFrom, sessionEnv } from './env.ts';

it('takes each lifetime from the variable of its name', () => {
  const env = readEnv(sessionEnv, {
    SESSIONS_TABLE: 'sessions',
    BEARER_IDLE_SECONDS: '1',
    TICKET_IDLE_SECONDS: '4',
    LOGIN_MAX_LIFETIME_SECONDS: '2',
    TOUCH_INTERVAL_SECONDS: '3',
  });
  expect(lifetimesFrom(env)).toEqual({
    idle: { bearerIdleSeconds: 1, ticketIdleSeconds: 4, touchIntervalSeconds: 3 },
    loginMaxLifetimeSeconds: 2,
  });
});

it('takes each rule of creation from the variable of its name', () => {
  const env = readEnv(creationEnv, {
    BOOTSTRAP: 'off',
    SESSION_TTL_HOURS: '1',
    BOOTSTRAP_MAX_AUTH_AGE_SECONDS: '2',
    MAX_CREATIONS_PER_HOUR: '3',
    MAX_SESSIONS_PER_USER: '4',
    SESSION_LIMIT_POLICY: 'deny',
  });
  expect(creationPolicyFrom(env)).toEqual({
    absoluteSeconds: 3600,
    bootstrap: 'off',
    bootstrapMaxAuthAgeSeconds: 2,
    maxCreationsPerHour: 3,
    maxSessionsPerUser: 4,
    sessionLimitPolicy: 'deny',
  });
});
