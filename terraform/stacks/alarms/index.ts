import type { Thresholds } from '../../environments/alarms-schema.ts';
import type { Environment } from '../../environments/environment.ts';
import { ACCESS_ISSUES } from './access-issues.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { AUTHORIZATION_FAILURES } from './authorization-failures.ts';
import { PERFORMANCE } from './performance.ts';
import { SECURITY_INCIDENTS } from './security-incidents.ts';

/** Every alarm there is. */
export const ALARMS: readonly AlarmSpec[] = [
  ...AUTHORIZATION_FAILURES,
  ...PERFORMANCE,
  ...ACCESS_ISSUES,
  ...SECURITY_INCIDENTS,
];

/** The alarms that an environment has; none where `alarms` is absent. */
export function alarmsOf(environment: Environment): readonly AlarmSpec[] {
  if (environment.alarms === undefined) return [];
  return ALARMS.filter(({ isNeeded = () => true }) => isNeeded(environment));
}

/** Its field in `alarms.thresholds`: `key-set-age` is `keySetAge`. */
export function thresholdField(id: string): keyof Thresholds {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Thresholds;
}
