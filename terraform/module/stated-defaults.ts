import { DEFAULT_ABSOLUTE_SECONDS } from '../environments/defaults.ts';
import type { Environment } from '../environments/environment.ts';
import { alarmsOf, thresholdField } from '../stacks/alarms/index.ts';

/** What an environment gets that says nothing, said: so that it is a variable. */
export function withStatedDefaults(environment: Environment): Environment {
  const { sessions, alarms } = environment;
  const thresholds = alarmsOf(environment).map(({ id, threshold }) => [thresholdField(id), threshold] as const);
  return {
    ...environment,
    sessions: sessions.ttlHours === undefined ? { absoluteSeconds: DEFAULT_ABSOLUTE_SECONDS, ...sessions } : sessions,
    ...(alarms === undefined
      ? {}
      : {
          alarms: {
            runbooksUrl: 'docs/runbooks',
            ...alarms,
            thresholds: { ...Object.fromEntries(thresholds), ...alarms.thresholds },
          },
        }),
  };
}
