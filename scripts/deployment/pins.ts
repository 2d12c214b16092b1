import { isPinDescription, type Pin, type Pinned } from '@cloakroom/terraform';
import type { LiveFunction } from './live-versions.ts';
import type { Tools } from './tools.ts';

type Aliased = Pick<LiveFunction, 'name' | 'live'>;

/** Whether the account says that an alias is pinned, whoever has the file. */
export function isMarked({ live }: Aliased): boolean {
  return isPinDescription(live.description);
}

/**
 * The pins of a rollout that is under way: of functions of which a share goes to a new version. What the account tells and the file
 * does not is among them, so that a rollout is not forgotten with the machine that began it.
 */
export function rolloutUnderWay(functions: readonly Aliased[], pinned: Pinned): Pinned {
  const told = Object.entries(pinned).filter(([, { next }]) => next !== undefined);
  const found = functions
    .filter(({ name, live }) => pinned[name]?.next === undefined && Object.keys(live.weights).length > 0)
    .map((one) => [one.name, pinOfWeights(one)] as const);
  return Object.fromEntries([...told, ...found]);
}

/**
 * Says which functions a deployment leaves where they are.
 *
 * @param isGradual whether it is to give new versions a share: then what an earlier rollout has pinned is not left
 * @throws Error when a rollout is under way, or the file and the account do not tell the same pins
 */
export function tellPins(
  environment: string,
  functions: readonly Aliased[],
  pinned: Pinned,
  tools: Pick<Tools, 'say'>,
  isGradual = false,
): void {
  assertNoRollout(environment, rolloutUnderWay(functions, pinned));
  const untold = functions.filter((one) => isMarked(one) && pinned[one.name] === undefined);
  if (untold.length > 0) {
    const named = untold.map(({ name, live }) => `${name} at ${live.version} (${live.description})`);
    throw new Error(
      `the account has pins that terraform/environments/${environment}/pinned.json does not tell, and this would undo them: ${named.join(', ')}. Get that file from whoever pinned them, or release them: scripts/rollback ${environment} --release`,
    );
  }
  const moved = functions.filter(({ name, live }) => (pinned[name]?.version ?? live.version) !== live.version);
  if (moved.length > 0) {
    const named = moved.map(({ name, live }) => `${name} to ${pinned[name]?.version}, and ${live.version} serves`);
    throw new Error(
      `terraform/environments/${environment}/pinned.json pins ${named.join('; ')}. If somebody has released it, pull; if a rollback or a release was interrupted, finish it: scripts/rollback ${environment}, or with --release`,
    );
  }
  const left = Object.entries(pinned).filter(([, { reason }]) => !isGradual || reason === 'rollback');
  for (const [name, { version, reason, since }] of left) {
    const why = reason === 'rollback' ? 'a rollback' : 'a rollout that did not end';
    tools.say(`${name} stays at version ${version}, pinned since ${since} by ${why}`);
  }
  if (left.length > 0) {
    tools.say(`they are left there; the newest versions serve after: scripts/rollback ${environment} --release`);
  }
}

/** @throws Error saying what ends it */
export function assertNoRollout(environment: string, underWay: Pinned): void {
  const [first] = Object.values(underWay);
  if (first === undefined) return;
  const shares = Object.entries(underWay).map(([name, pin]) => `${name} ${shareOf(pin)}`);
  throw new Error(
    `a rollout is under way since ${first.since} (${shares.join(', ')}): end it first, by scripts/deploy ${environment} --finish or --revert`,
  );
}

/** `41 → 42 at 10 %` */
export function shareOf({ version, next }: Pin): string {
  return next === undefined ? version : `${version} → ${next.version} at ${Number((next.weight * 100).toFixed(2))} %`;
}

function pinOfWeights({ live }: Aliased): Pin {
  const [[version, weight] = ['', 0]] = Object.entries(live.weights);
  const since = /since ([^ ]+Z)/.exec(live.description)?.[1] ?? new Date(0).toISOString();
  return { version: live.version, next: { version, weight }, reason: 'rollout', since };
}
