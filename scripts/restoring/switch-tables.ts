import { resolve } from 'node:path';
import { isObject } from '@cloakroom/core';
import { readAdopted, readTableNames, writeAdopted, writeTableNames } from '@cloakroom/terraform';
import { type Tools, terraform, terraformProgram } from '../deployment/tools.ts';
import type { Progress, TableOf } from './progress.ts';
import type { RestoreWorld } from './world.ts';

const DEPLOY = resolve(import.meta.dirname, '../deploy.ts');

const deploy = ({ run }: Tools, environment: string, folder: string, option: string | undefined) =>
  run(process.execPath, [DEPLOY, environment, ...(option === undefined ? [] : [option])], folder);

/**
 * Plans what the deploy at the end of a restore would change besides, and shows it.
 *
 * @throws Error when it would not come to its plan: later, that would be while nobody can sign in
 */
export function assertDeployPlans({
  tools,
  folder,
  environment,
}: Pick<RestoreWorld, 'tools' | 'folder' | 'environment'>): void {
  if (deploy(tools, environment.name, folder, '--plan-only') === 0) return;
  throw new Error('a restore ends with a deploy, and that has not come to its plan; see above. Nothing was changed');
}

interface Switch {
  readonly progress: Progress;
  /** Of the environment. */
  readonly folder: string;
  readonly tools: Tools;
  readonly yes: boolean;
  /** Builds, synthesizes, and makes Terraform ready. */
  readonly prepare: () => Promise<unknown>;
}

const addressOf = (table: TableOf) => `aws_dynamodb_table.${table}`;

/**
 * Moves everything to the restored tables: their names go into tables.json, the old ones leave the state and stay in AWS, the restored
 * ones are imported, and a deploy does the rest. Repeating it is safe.
 *
 * @returns whether the deploy ended well: what it makes may stand, and not answer as it should
 * @throws Error when the table of the stack is another than this restore began from; when the restored ones are not those of the stack
 * afterwards: the deploy has failed, or was not confirmed
 */
export async function switchTables({ progress, folder, tools, yes, prepare }: Switch): Promise<boolean> {
  const tables = Object.entries(progress.tables).map(([table, { name, from }]) => ({
    table: table as TableOf,
    name,
    from,
  }));
  const others = readAdopted(folder).filter(({ address }) => !tables.some(({ table }) => addressOf(table) === address));
  writeTableNames(folder, {
    ...readTableNames(folder),
    ...Object.fromEntries(tables.map(({ table, name }) => [table, name])),
  });
  writeAdopted(folder, [...others, ...tables.map(({ table, name }) => ({ address: addressOf(table), id: name }))]);
  await prepare();
  for (const { table, name, from } of tables) {
    const held = nameInState(tools.read(terraformProgram(), ['state', 'pull'], folder), table);
    if (held === undefined || held === name) continue;
    if (held !== from) {
      throw new Error(
        `the stack uses ${held}, and this restore began from ${from}: somebody else has restored meanwhile. Give this restore up, pull tables.json, and begin anew`,
      );
    }
    tools.say(`${held} leaves Terraform's state, and stays in AWS`);
    terraform(tools, folder, ['state', 'rm', addressOf(table)]);
  }
  const deployed = deploy(tools, progress.environment, folder, yes ? '--yes' : undefined);
  const left = tables.filter(
    ({ table, name }) => nameInState(tools.read(terraformProgram(), ['state', 'pull'], folder), table) !== name,
  );
  if (left.length > 0) {
    throw new Error('the deploy has not moved everything to the restored tables; see above, and go on with --resume');
  }
  if (deployed !== 0) return false;
  // They are in the state now.
  writeAdopted(folder, others);
  return true;
}

/** The name of the table that Terraform has at its address; undefined when it has none. */
function nameInState(state: string, table: TableOf): string | undefined {
  const { resources = [] } = state.trim() === '' ? {} : (JSON.parse(state) as { resources?: unknown[] });
  const found = resources.filter(isObject).find(({ type, name }) => type === 'aws_dynamodb_table' && name === table);
  const [instance] = Array.isArray(found?.instances) ? found.instances : [];
  const name = isObject(instance) && isObject(instance.attributes) ? instance.attributes.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
