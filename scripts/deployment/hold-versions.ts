import { type Pin, readPinned } from '@cloakroom/terraform';
import { letGo, type RolloutTools } from './end-rollout.ts';
import { type LiveFunction, newestOf } from './live-versions.ts';
import { type EnvironmentPlace, savePinned } from './pinned-stack.ts';
import type { Tools } from './tools.ts';
import { alarmsOf, readFiring } from './watch-alarms.ts';

/**
 * Pins what is live, so that the versions that the next apply publishes serve nobody yet.
 *
 * @returns takes the new pins away again, for when nothing was applied
 * @throws Error when the alarms cannot be read, which are to be watched then
 */
export function holdVersions(
  place: EnvironmentPlace,
  functions: readonly LiveFunction[],
  tools: Pick<Tools, 'read'>,
  now = new Date(),
): () => void {
  readFiring(alarmsOf(place), tools);
  const before = readPinned(place.folder);
  const held = functions.map(({ name, live }): [string, Pin] => [
    name,
    { version: live.version, reason: 'rollout', since: now.toISOString() },
  ]);
  savePinned(place, { ...Object.fromEntries(held), ...before });
  return () => savePinned(place, before);
}

/**
 * Takes away pins of a deployment by shares that ended before it published anything: they keep nothing back.
 *
 * @returns the functions as they are then
 */
export async function dropLeftovers(
  place: EnvironmentPlace,
  functions: readonly LiveFunction[],
  tools: Pick<RolloutTools, 'lambda' | 'say' | 'readLive'>,
): Promise<readonly LiveFunction[]> {
  const pinned = readPinned(place.folder);
  const leftovers = functions.filter((one) => {
    const { reason, next, version } = pinned[one.name] ?? {};
    const newest = newestOf(one).version;
    return reason === 'rollout' && next === undefined && newest === version && one.live.version === version;
  });
  if (leftovers.length === 0) return functions;
  await letGo(place, leftovers, tools);
  tools.say(`no longer pinned, since nothing newer was published: ${leftovers.map(({ name }) => name).join(', ')}`);
  return tools.readLive();
}
