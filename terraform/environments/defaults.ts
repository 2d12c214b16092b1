import type { Environment } from './environment.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** How long a session lasts at most in an environment that says nothing about it. */
export const DEFAULT_ABSOLUTE_SECONDS = 30 * DAY_SECONDS;

/** What every environment does alike unless it says otherwise. */
export const defaults = {
  app: 'cloakroom',
  region: 'eu-central-1',
  sessions: {
    binding: 'strict',
    bootstrap: 'on',
    maxPerUser: 10,
    limitPolicy: 'evict-oldest',
    maxCreationsPerHour: 5,
    bootstrapMaxAuthAgeSeconds: 900,
    bearerIdleSeconds: 30 * DAY_SECONDS,
    ticketIdleSeconds: 1800,
    loginMaxLifetimeSeconds: 30 * DAY_SECONDS,
    touchIntervalSeconds: 300,
    ipStorage: 'full',
    requireIfMatch: false,
    handIn: false,
  },
  cookie: { name: '__Host-cloakroom', sameSite: 'Lax', persistent: false, secure: true },
  keysMaxAgeSeconds: DAY_SECONDS,
  eventsRetentionDays: 90,
  storeEventTimeoutSeconds: 10,
  eventsBatchWindowSeconds: 0,
  logLevel: 'INFO',
  authorizerLogSampling: 1,
  customerLogKey: false,
} as const satisfies Partial<Environment>;
