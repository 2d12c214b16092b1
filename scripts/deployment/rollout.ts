import { isDeepStrictEqual } from 'node:util';
import { type Pin, readPinned } from '@cloakroom/terraform';
import { assertOurs, finishRollout, letGo, pinAndMove, type RolloutTools, revertRollout } from './end-rollout.ts';
import { type LiveFunction, newestOf, requireVersion } from './live-versions.ts';
import type { EnvironmentPlace } from './pinned-stack.ts';
import { shareOf } from './pins.ts';
import { alarmsOf, readFiring, watchAlarms } from './watch-alarms.ts';

export interface Rollout extends EnvironmentPlace {
  /** The share of the new version while it is watched, more than 0 and less than 1. */
  readonly weight: number;
  /** How long it is watched. */
  readonly bakeMs: number;
}

/**
 * Gives the versions that were published a share, watches the alarms, and gives them all, or takes the share back.
 *
 * @throws Error when an alarm fires, after everything is as it was before, and pinned; or saying how to go on
 */
export async function rollOut(rollout: Rollout, tools: RolloutTools): Promise<void> {
  const { environment, folder, bakeMs, weight } = rollout;
  const { name } = environment;
  const alarms = alarmsOf(rollout);
  const before = readFiring(alarms, tools);
  const shares = await beginRollout(rollout, tools, weight);
  if (shares.length === 0) return tools.say('no function has changed: there is nothing to roll out');
  for (const share of shares) tools.say(share);
  if (before.length > 0) tools.say(`firing already, so watched for nothing new: ${before.join(', ')}`);
  tools.say(
    `watching the alarms for ${Math.round(bakeMs / 6000) / 10} minutes; if this is interrupted: scripts/deploy ${name} --finish or --revert`,
  );
  const begun = readPinned(folder);
  const fired = await watchAlarms({ ...alarms, bakeMs, before }, tools).catch((error: unknown) => [
    `the alarms could not be read (${error instanceof Error ? error.message : String(error)})`,
  ]);
  if (!isDeepStrictEqual(readPinned(folder), begun)) throw new Error('somebody else has ended this rollout');
  if (fired.length === 0) return finishRollout({ environment, folder }, tools);
  const why = fired.join(', ');
  tools.say(`${why}: the share is taken back`);
  await revertRollout({ environment, folder }, tools);
  throw new Error(
    `${why}, while a share went to the new versions: the versions before serve everything again, and are pinned`,
  );
}

/** Sets the weights. Returns what goes where, a line for each function; functions that have not changed are let go. */
async function beginRollout(place: EnvironmentPlace, tools: RolloutTools, weight: number): Promise<readonly string[]> {
  const pinned = readPinned(place.folder);
  const functions = (await tools.readLive()).filter((one) => pinned[one.name]?.reason === 'rollout');
  assertOurs(functions, pinned);
  const changed = functions.filter((one) => newestOf(one).version !== pinned[one.name]?.version);
  await letGo(
    place,
    functions.filter((one) => !changed.includes(one)),
    tools,
  );
  for (const one of changed) assertSameRole(one, pinned[one.name]?.version ?? '', place.environment.name);
  const next = changed.map(
    (one) => [one.name, withNext(pinned[one.name] as Pin, newestOf(one).version, weight)] as const,
  );
  await pinAndMove(place, Object.fromEntries(next), changed, tools);
  return next.map(([name, pin]) => `${name}: ${shareOf(pin)}`);
}

function withNext(pin: Pin, version: string, weight: number): Pin {
  return { ...pin, next: { version, weight } };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
function assertSameRole(one: LiveFunction, version: string, environment: string): void {
  const [before, after] = [requireVersion(one, version).role, newestOf(one).role];
  if (before === after) return;
  throw new Error(
    `${one.name} has another role than version ${version} (${after}, not ${before}), and AWS shares no alias between two roles: scripts/deploy ${environment} --finish moves all at once`,
  );
}
