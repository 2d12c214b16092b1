import { isObject } from '@cloakroom/core';
import { type Environment, readPinned } from '@cloakroom/terraform';
import { step } from '../deployment/tools.ts';
import { beginRestore } from './begin.ts';
import { closeTables } from './close-tables.ts';
import { freeze } from './freeze.ts';
import type { RestoreOptions } from './options.ts';
import type { Progress, TableOf, TableProgress } from './progress.ts';
import { sayBeginning, sayEnd } from './say.ts';
import { differencesOf, readSettings } from './settings.ts';
import { assertDeployPlans, switchTables } from './switch-tables.ts';
import { backupOfDeleted, startCopy, turnStreamOn, untilActive } from './table-copy.ts';
import { current, note, progressOf, type RestoreWorld, tablesOf } from './world.ts';

/**
 * Brings tables back as they were, without anybody coming back in with them: restored beside the old ones, closed, and only then used.
 * Whatever is interrupted goes on with `resume`.
 *
 * @throws Error with what to do
 */
export async function restore(options: RestoreOptions, world: RestoreWorld): Promise<void> {
  const { environment, folder, tools, progress } = world;
  assertNothingPinned(environment, folder);
  const begun = options.resume ? current(world) : await begin(options, world);
  if (begun === undefined) return tools.say('nothing was changed');
  // Copies take long; nobody is to be kept out for as long.
  for (const table of tablesOf(begun)) await copy(table, world);
  for (const table of tablesOf(begun)) await stopWrites(table, world);
  await closeTables(world);
  const isWell =
    current(world).isSwitched || (await switchTables({ ...world, progress: current(world), yes: options.yes }));
  if (isWell) progress.write({ ...current(world), isSwitched: true });
  await step(tools, 'comparing the settings of the tables', () => compareAll(world));
  if (!isWell) {
    throw new Error(
      'the restored tables are those of the stack, and the deploy has found a fault; see above, and go on with --resume',
    );
  }
  sayEnd(current(world), { say: tools.say, region: environment.region });
  progress.remove();
}

/** A version that is pinned goes on with the variables that it was published with, and the table that they name. */
function assertNothingPinned({ name }: Environment, folder: string): void {
  const pinned = Object.keys(readPinned(folder));
  if (pinned.length === 0) return;
  throw new Error(
    `${pinned.join(', ')} would go on with the old table: older versions are pinned in pinned.json; release them first (scripts/rollback ${name} --release, or finish the rollout)`,
  );
}

async function begin(options: RestoreOptions, world: RestoreWorld): Promise<Progress | undefined> {
  const { environment, tools, progress } = world;
  const other = progress.read();
  if (other !== undefined) {
    throw new Error(
      `a restore of ${other.environment} to ${other.to} is under way: go on with --resume, or give it up as docs/restoring.md says`,
    );
  }
  const begun = await beginRestore(environment, options, world);
  sayBeginning(begun, tools);
  assertDeployPlans(world);
  if (!(await tools.confirm(`Restore ${environment.name}, with what the plan above changes? Only "yes" does: `)))
    return undefined;
  progress.write(begun);
  return begun;
}

/** The table as it was, beside the old one. */
async function copy(table: TableOf, world: RestoreWorld): Promise<void> {
  const { tools, dynamodb } = world;
  const { from, name, isFromDeleted = false, settings, isRestored } = progressOf(world, table);
  if (isRestored) return tools.say(`${name} is restored already`);
  const dynamo = { ...world, say: tools.say };
  await step(tools, `restoring ${from} to ${name}: minutes, or hours where it is large`, async () => {
    const backupArn = isFromDeleted ? (await backupOfDeleted(dynamodb, from)).arn : undefined;
    await startCopy(dynamodb, { from, name, to: new Date(current(world).to), backupArn, keyArn: keyIn(settings) });
    await untilActive(dynamo, name);
    if (table === 'sessions') await turnStreamOn(dynamo, name);
  });
  note(world, table, { isRestored: true });
}

async function stopWrites(table: TableOf, world: RestoreWorld): Promise<void> {
  const { tools } = world;
  const { from, isFrozen } = progressOf(world, table);
  if (isFrozen) return tools.say(`${from} takes no writes already`);
  await step(tools, `denying all writes to ${from}`, () => freeze({ ...world, say: tools.say }, from));
  note(world, table, { isFrozen: true });
}

function keyIn(settings: TableProgress['settings']): string | undefined {
  const encryption = settings?.encryption;
  return isObject(encryption) && typeof encryption.key === 'string' ? encryption.key : undefined;
}

/** @throws Error naming each setting that differs */
async function compareAll(world: RestoreWorld): Promise<void> {
  for (const table of tablesOf(current(world))) {
    const { name, settings } = progressOf(world, table);
    if (settings === undefined) {
      world.tools.say(`${name}: there is no original to compare it with; Terraform has set it as the stack says`);
      continue;
    }
    const differences = differencesOf(settings, await readSettings(world.dynamodb, name));
    if (differences.length > 0) {
      throw new Error(
        `${name} is not set as ${progressOf(world, table).from} was: ${differences.join('; ')}. Deploy again, and compare with --resume`,
      );
    }
    world.tools.say(`${name}: every setting is as it was`);
  }
}
