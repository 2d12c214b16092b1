import type { Environment } from '../environments/environment.ts';

/** Each setting of a function, in more than one way: two that scale, one that does not. */
export const SETTINGS_OF_FUNCTIONS = {
  authorizer: {
    memoryMb: 1024,
    logLevel: 'WARN',
    tracing: 'active',
    reservedConcurrency: 200,
    provisionedConcurrency: {
      minimum: 2,
      maximum: 20,
      utilization: 0.6,
      schedule: [
        { cron: '0 7 ? * MON-FRI *', timezone: 'Europe/Berlin', minimum: 10, maximum: 20 },
        { cron: '0 19 ? * MON-FRI *', timezone: 'Europe/Berlin', minimum: 2, maximum: 10 },
      ],
    },
  },
  'create-session': { provisionedConcurrency: { minimum: 1 } },
  'refresh-keys': { tracing: 'off' },
  'sessions-api': { provisionedConcurrency: { minimum: 1, schedule: [{ cron: '0 7 ? * * *', minimum: 3 }] } },
  'store-event': { reservedConcurrency: 7, maximumConcurrency: 7 },
} satisfies Environment['functions'];

/** An environment in which functions get what they do not get by default. */
export function withFunctions(environment: Environment): Environment {
  return { ...environment, functions: SETTINGS_OF_FUNCTIONS };
}
