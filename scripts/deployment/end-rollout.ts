import { type Pinned, pinDescription, readPinned } from '@cloakroom/terraform';
import { type Lambda, type LiveFunction, newestOf } from './live-versions.ts';
import { type AliasMove, moveAliases, placeOf, unpinnedAt } from './move-alias.ts';
import { type EnvironmentPlace, savePinned, withoutPins } from './pinned-stack.ts';
import { isMarked, rolloutUnderWay } from './pins.ts';
import type { Tools } from './tools.ts';

export interface RolloutTools extends Pick<Tools, 'read' | 'say'> {
  readonly lambda: Lambda;
  /** What is live now. */
  readLive(): Promise<readonly LiveFunction[]>;
  nowMs(): number;
  wait(durationMs: number): Promise<void>;
}

/**
 * Gives the new versions everything, and takes the pins of the rollout away, each after its alias has moved.
 *
 * @throws Error saying which were not moved
 */
export async function finishRollout(place: EnvironmentPlace, tools: RolloutTools): Promise<void> {
  const functions = await tools.readLive();
  const pins = pinsOfRollout(functions, readPinned(place.folder));
  const targets = functions.filter(({ name }) => name in pins);
  if (targets.length === 0) return tools.say('there is no rollout to finish');
  const targetOf = (one: LiveFunction) => pins[one.name]?.next?.version ?? newestOf(one).version;
  assertOurs(targets, pins, targetOf);
  await letGo(place, targets, tools, targetOf);
  tools.say(
    `the new versions serve everything. Where terraform/environments/${place.environment.name}/pinned.json was committed, commit that it has changed`,
  );
}

/**
 * Takes the share back. The pins stay, without it.
 *
 * @throws Error saying which were not moved
 */
export async function revertRollout(place: EnvironmentPlace, tools: RolloutTools): Promise<void> {
  const { environment } = place;
  const functions = await tools.readLive();
  const pins = Object.entries(pinsOfRollout(functions, readPinned(place.folder)));
  if (pins.length === 0) return tools.say('there is no rollout to revert');
  const reverted = Object.fromEntries(pins.map(([name, { next: _, ...pin }]) => [name, pin]));
  const targets = functions.filter(({ name }) => name in reverted);
  assertOurs(targets, Object.fromEntries(pins));
  await pinAndMove(place, reverted, targets, tools);
  tools.say(
    `the versions before serve everything, and are pinned. Commit terraform/environments/${environment.name}/pinned.json; when the cause is mended: scripts/deploy ${environment.name} --gradual, or scripts/rollback ${environment.name} --release`,
  );
}

/** Those in the file, and those that the account alone tells of. */
function pinsOfRollout(functions: readonly LiveFunction[], pinned: Pinned): Pinned {
  const told = Object.entries(pinned).filter(([, { reason }]) => reason === 'rollout');
  return { ...Object.fromEntries(told), ...rolloutUnderWay(functions, pinned) };
}

/** Pins first: what is interrupted between is found in the file. */
export async function pinAndMove(
  place: EnvironmentPlace,
  pins: Pinned,
  functions: readonly LiveFunction[],
  tools: RolloutTools,
): Promise<void> {
  savePinned(place, { ...readPinned(place.folder), ...pins });
  const moves = functions.flatMap((one): AliasMove[] => {
    const pin = pins[one.name];
    return pin === undefined ? [] : [{ function: one, place: placeOf(pin) }];
  });
  await moveAliases(tools.lambda, moves, () => undefined);
}

/** Puts aliases at their versions, and takes the pin of each away after that. */
export async function letGo(
  place: EnvironmentPlace,
  functions: readonly LiveFunction[],
  tools: Pick<RolloutTools, 'lambda'>,
  versionOf: (one: LiveFunction) => string = ({ live }) => live.version,
): Promise<void> {
  const moves = functions.map((one) => ({ function: one, place: unpinnedAt(versionOf(one)) }));
  await moveAliases(tools.lambda, moves, ({ name }) =>
    savePinned(place, withoutPins(readPinned(place.folder), [name])),
  );
}

/**
 * Somebody at another machine may have gone back meanwhile, or have ended this rollout and deployed what is newer: that is not undone.
 *
 * @param targetOf where an alias may be besides, since it was moved there before an interruption
 */
export function assertOurs(
  functions: readonly LiveFunction[],
  pins: Pinned,
  targetOf: (one: LiveFunction) => string | undefined = ({ name }) => pins[name]?.next?.version,
): void {
  const others = functions.filter((one) => {
    const pin = pins[one.name];
    if (pin === undefined) return false;
    return isMarked(one)
      ? one.live.description !== pinDescription(pin)
      : ![pin.version, targetOf(one)].includes(one.live.version);
  });
  if (others.length === 0) return;
  const named = others.map(({ name, live }) => `${name} at ${live.version} (${live.description || 'not pinned'})`);
  throw new Error(
    `somebody else has moved these meanwhile: ${named.join(', ')}. Nothing was moved; get their pinned.json, or remove this one`,
  );
}
