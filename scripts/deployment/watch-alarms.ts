import { isObject } from '@cloakroom/core';
import type { EnvironmentPlace } from './pinned-stack.ts';
import { readAws, type Tools } from './tools.ts';

const POLL_EVERY_MS = 15_000;
/** So often in a row may CloudWatch not answer. */
const MAX_FAILURES = 4;

export interface Watch {
  readonly region: string;
  /** What the names of the alarms begin with: `cloakroom-prod-`. */
  readonly prefix: string;
  readonly bakeMs: number;
  /** Names of alarms that were firing before: they say nothing of what is new, until they have stopped. */
  readonly before: readonly string[];
}

interface WatchTools extends Pick<Tools, 'read' | 'say'> {
  nowMs(): number;
  wait(durationMs: number): Promise<void>;
}

/**
 * Looks at the alarms until the time is over, or one fires that did not before.
 *
 * @returns the names of those that do
 * @throws Error when CloudWatch does not answer
 */
export async function watchAlarms(watch: Watch, tools: WatchTools): Promise<readonly string[]> {
  const endMs = tools.nowMs() + watch.bakeMs;
  let known = new Set(watch.before);
  let failures = 0;
  for (;;) {
    try {
      const firing = readFiring(watch, tools);
      const fresh = firing.filter((name) => !known.has(name));
      if (fresh.length > 0) return fresh;
      known = new Set(firing);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === MAX_FAILURES) throw error;
    }
    const leftMs = endMs - tools.nowMs();
    if (leftMs <= 0 && failures === 0) return [];
    await tools.wait(failures === 0 ? Math.min(POLL_EVERY_MS, leftMs) : POLL_EVERY_MS);
  }
}

/** Which alarms are those of an environment. */
export function alarmsOf({ environment: { region, app, name } }: EnvironmentPlace): Pick<Watch, 'region' | 'prefix'> {
  return { region, prefix: `${app}-${name}-` };
}

/** The names of the alarms that fire. @throws Error with what the AWS CLI said */
export function readFiring({ region, prefix }: Pick<Watch, 'region' | 'prefix'>, tools: Pick<Tools, 'read'>) {
  const types = ['--alarm-types', 'MetricAlarm', 'CompositeAlarm'];
  const answer = readAws(tools, region, ['cloudwatch', 'describe-alarms', '--alarm-name-prefix', prefix, ...types]);
  if (!isObject(answer)) throw new Error('aws cloudwatch describe-alarms did not tell of alarms');
  const alarms = [answer.MetricAlarms, answer.CompositeAlarms].flatMap((some) => (Array.isArray(some) ? some : []));
  const firing = alarms.filter(isObject).filter(({ StateValue }) => StateValue === 'ALARM');
  return firing.map(({ AlarmName }) => String(AlarmName));
}
