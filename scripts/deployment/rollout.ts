import { isDeepStrictEqual } from 'node:util';
import { type Pin, type Pinned, pinDescription, readPinned } from '@cloakroom/terraform';
import { type Lambda, type LiveFunction, newestOf, requireVersion } from './live-versions.ts';
import { type AliasMove, moveAliases, placeOf, unpinnedAt } from './move-alias.ts';
import { type EnvironmentPlace, savePinned, withoutPins } from './pinned-stack.ts';
import { isMarked, rolloutUnderWay, shareOf } from './pins.ts';
import type { Tools } from './tools.ts';
import { readFiring, watchAlarms } from './watch-alarms.ts';

export interface RolloutTools extends Pick<Tools, 'read' | 'say'> {
  readonly lambda: Lambda;
  /** What is live now. */
  readLive(): Promise<readonly LiveFunction[]>;
  nowMs(): number;
  wait(durationMs: number): Promise<void>;
}

export interface Rollout extends EnvironmentPlace {
  /** The share of the new version while it is watched, more than 0 and less than 1. */
  readonly weight: number;
  /** How long it is watched. */
  readonly bakeMs: number;
}

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

function alarmsOf({ environment: { region, app, name } }: EnvironmentPlace) {
  return { region, prefix: `${app}-${name}-` };
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
async function pinAndMove(
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
async function letGo(
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
function assertOurs(
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
