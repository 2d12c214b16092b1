import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployedFunctions, ENVIRONMENTS, type Pin } from '@cloakroom/terraform';
import { afterEach, beforeEach } from '@jest/globals';
import { type AccountFunction, fakeLambda } from './account-fixture.ts';
import { holdVersions } from './hold-versions.ts';
import { readLiveVersions } from './live-versions.ts';
import { recordedTools } from './tools-fixture.ts';

export const NOW = new Date('2026-03-02T10:00:00.000Z');
export const FACTS = { LastModified: '2026-02-01T12:00:00.000+0000' };
export const HELD: Pin = { version: '41', reason: 'rollout', since: NOW.toISOString() };
export const MARK = 'pinned since 2026-03-02T10:00:00.000Z: rollout';

const environment = ENVIRONMENTS.dev;
export let folder: string;
export let account: { [name in 'authorizer' | 'health' | 'user-data']: AccountFunction };

/** Gives each test of a file an account, and a folder of an environment. */
export function useRolloutAccount(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cloakroom-rollout-'));
    account = {
      authorizer: { versions: { 41: FACTS }, live: '41' },
      health: { versions: { 7: FACTS }, live: '7' },
      'user-data': { versions: { 3: FACTS }, live: '3' },
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));
}

interface World {
  /** Whether CloudWatch does not answer once the share is given. */
  readonly isDeaf?: boolean;
  /** Alarms that fire once the share is given. */
  readonly fires?: readonly string[];
  /** Ends the process at this move of an alias: 1 is the first. */
  readonly killedAt?: number;
}

/** A process that rolls out, in the account above. */
export function world({ fires = [], killedAt, isDeaf = false }: World = {}) {
  let [moves, nowMs] = [0, 0];
  const inAws = Object.fromEntries(Object.entries(account).map(([name, one]) => [`cloakroom-dev-${name}`, one]));
  const lambda = fakeLambda(inAws, () => {
    moves += 1;
    if (killedAt !== undefined && moves >= killedAt) throw new Error('killed');
  });
  const isShared = () => Object.values(account).some(({ weights = {} }) => Object.keys(weights).length > 0);
  const { tools: given, said } = recordedTools({
    read() {
      if (isDeaf && isShared()) throw new Error('AccessDenied');
      const MetricAlarms = (isShared() ? fires : []).map((AlarmName) => ({ AlarmName, StateValue: 'ALARM' }));
      return JSON.stringify({ MetricAlarms });
    },
  });
  const tools = {
    ...given,
    lambda,
    readLive: () => readLiveVersions(lambda, deployedFunctions(environment)),
    nowMs: () => nowMs,
    async wait(durationMs: number) {
      nowMs += durationMs;
    },
  };
  return { tools, said, passedMs: () => nowMs };
}

export const place = () => ({ environment, folder });
export const rollout = () => ({ environment, folder, weight: 0.1, bakeMs: 60_000 });

/** What a deployment does before the share is given: all but user-data get a new version. */
export async function publish(): Promise<void> {
  holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
  account.authorizer.versions['42'] = FACTS;
  account.health.versions['8'] = FACTS;
}

export const live = () => Object.fromEntries(Object.entries(account).map(([name, one]) => [name, one.live]));
export const shares = () => Object.values(account).map(({ weights = {} }) => weights);
export const NOBODY = [{}, {}, {}];
export const [OLD, NEW] = [
  { authorizer: '41', health: '7', 'user-data': '3' },
  { authorizer: '42', health: '8', 'user-data': '3' },
];
