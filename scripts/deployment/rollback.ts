import { deployedFunctions, type Pin, type Pinned, readPinned } from '@cloakroom/terraform';
import { chooseRollback, type Move, minuteOf } from './choose-rollback.ts';
import { type Lambda, type LiveFunction, newestOf, readLiveVersions } from './live-versions.ts';
import { moveAliases, placeOf, unpinnedAt } from './move-alias.ts';
import { type EnvironmentPlace, savePinned, withoutPins } from './pinned-stack.ts';
import { assertNoRollout, isMarked, rolloutUnderWay } from './pins.ts';
import type { Tools } from './tools.ts';

const WHAT_STAYS =
  'Code, variables, memory and time limit go back with a version. Roles, the network, tables, routes and alarms stay as they are now.';

interface RollbackOptions extends EnvironmentPlace {
  readonly names?: readonly string[] | undefined;
  readonly to?: string | undefined;
}

/** The person, and the account. */
export interface RollbackTools extends Pick<Tools, 'confirm' | 'say'> {
  readonly lambda: Lambda;
}

/**
 * Moves `live` of functions back, and pins them, so that no deployment moves them forward again. The pins are written first: a
 * rollback that is interrupted is finished by the next one, or by `terraform apply`.
 *
 * @throws Error saying which functions were not moved, and what to do
 */
export async function rollback(options: RollbackOptions, tools: RollbackTools, now = new Date()): Promise<void> {
  const { environment, folder } = options;
  const pinned = readPinned(folder);
  const functions = await readFunctions(options, tools);
  const { moves, stays } = chooseRollback(functions, pinned, options);
  for (const { function: one, why } of stays) tools.say(`${one.name} stays at ${one.live.version}: ${why}`);
  if (moves.length === 0) return tools.say('nothing to go back to: name the functions, or say --to <version>');
  for (const line of moves.flatMap(describeMove)) tools.say(line);
  tools.say(WHAT_STAYS);
  if (!(await tools.confirm(`Go back in ${environment.name}? Only "yes" does: `))) return tools.say('nothing moved');
  const pins = Object.fromEntries(moves.map((move) => [move.function.name, pinOf(move, pinned, now)]));
  savePinned(options, { ...pinned, ...pins });
  await moveAliases(
    tools.lambda,
    moves.map((move) => ({ function: move.function, place: placeOf(pinOf(move, pinned, now)) })),
    ({ name }, { version }) => tools.say(`${name}: live is ${version}`),
  );
  tools.say(
    `pinned: deployments leave these functions where they are. Commit terraform/environments/${environment.name}/pinned.json, and when the cause is mended: scripts/rollback ${environment.name} --release`,
  );
}

/**
 * Takes pins away, and moves `live` to the newest version. The pin of a function goes after its alias has moved.
 *
 * @throws Error when a rollout is under way, or saying which functions were not moved
 */
export async function release(options: RollbackOptions, tools: RollbackTools): Promise<void> {
  const { environment, folder } = options;
  let pinned = readPinned(folder);
  const all = await readFunctions(options, tools);
  assertNoRollout(environment.name, rolloutUnderWay(all, pinned));
  const functions = all.filter((one) => one.name in pinned || isMarked(one));
  if (functions.length === 0) return tools.say('nothing is pinned');
  for (const one of functions) tools.say(`${one.name}: ${one.live.version} → ${describe(one, newestOf(one).version)}`);
  if (!(await tools.confirm(`Let these serve in ${environment.name}? Only "yes" does: `))) {
    return tools.say('nothing moved');
  }
  const moves = functions.map((one) => ({ function: one, place: unpinnedAt(newestOf(one).version) }));
  await moveAliases(tools.lambda, moves, (one) => {
    pinned = withoutPins(pinned, [one.name]);
    savePinned(options, pinned);
    tools.say(`${one.name}: live is ${newestOf(one).version}, and no longer pinned`);
  });
  tools.say(`commit terraform/environments/${environment.name}/pinned.json, or that it is gone`);
}

/** Says of each function what serves, since when, whether it is pinned, and what else there is. */
export async function listVersions(options: RollbackOptions, tools: RollbackTools): Promise<void> {
  const pinned = readPinned(options.folder);
  for (const one of await readFunctions(options, tools)) {
    const { live, name, versions } = one;
    const others = Object.entries(live.weights).map(([version, weight]) => `, ${weight * 100} % ${version}`);
    const pin = pinned[name];
    const why = pin === undefined ? '' : `; pinned to ${pin.version} since ${pin.since} (${pin.reason})`;
    tools.say(`${name}: live is ${describe(one, live.version)}${others.join('')}${why}`);
    tools.say(`  there are ${versions.map((known) => `${known.version} (${minuteOf(known)})`).join(', ')}`);
  }
}

async function readFunctions({ environment, names }: RollbackOptions, { lambda }: RollbackTools) {
  const all = Object.entries(deployedFunctions(environment));
  const wanted = all.filter(([name]) => names?.includes(name) ?? true);
  const functions = await readLiveVersions(lambda, Object.fromEntries(wanted));
  const missing = names?.filter((name) => !functions.some((one) => one.name === name)) ?? [];
  if (missing.length > 0) throw new Error(`not deployed in ${environment.name}: ${missing.join(', ')}`);
  if (functions.length === 0) throw new Error(`nothing is deployed in ${environment.name} yet`);
  return functions;
}

function pinOf({ function: { name }, to }: Move, pinned: Pinned, now: Date): Pin {
  const before = pinned[name];
  const isSame = before?.reason === 'rollback' && before.version === to.version;
  return { version: to.version, reason: 'rollback', since: isSame ? before.since : now.toISOString() };
}

function describeMove({ function: one, to, warnings }: Move): readonly string[] {
  const { live, name } = one;
  return [
    `${name}: ${describe(one, live.version)} → ${describe(one, to.version)}`,
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
}

function describe({ versions }: LiveFunction, version: string): string {
  const found = versions.find((one) => one.version === version);
  return found === undefined ? version : `${version} (${minuteOf(found)})`;
}
