import { text } from './env.ts';
import type { Log } from './telemetry.ts';

/** What every function is told, for its first line. */
export const startEnv = { CLOAKROOM_VERSION: text };

/** What is told of the variables that a function has read, where it has them. */
export interface StartedWith {
  readonly CLOAKROOM_VERSION: string;
  readonly AWS_REGION: string;
  readonly SESSIONS_TABLE?: string;
  readonly EVENTS_TABLE?: string;
  readonly ISSUERS_FILE?: readonly { readonly alias: string }[];
}

/**
 * One line for a cold start that went well, to be written last in the wiring: an environment that failed before has none. The word
 * `session` is in its message, so that `aws logs filter-log-events --filter-pattern session` finds it. Asks nobody anything.
 */
export function logStart(log: Log, env: StartedWith): void {
  const { CLOAKROOM_VERSION: version, AWS_REGION: region, SESSIONS_TABLE, EVENTS_TABLE, ISSUERS_FILE } = env;
  const tables = [SESSIONS_TABLE, EVENTS_TABLE].filter((table) => table !== undefined);
  const issuers = ISSUERS_FILE?.map(({ alias }) => alias);
  log.info('function.started', `A function of the session layer has started, version ${version}`, {
    version,
    region,
    tables,
    issuers,
  });
}
