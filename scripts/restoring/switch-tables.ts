import { resolve } from 'node:path';
import { isObject } from '@cloakroom/core';
import { type Environment, readAdopted, readTableNames, writeAdopted, writeTableNames } from '@cloakroom/terraform';
import { type Tools, terraform, terraformProgram } from '../deployment/tools.ts';
import type { Progress, TableOf } from './progress.ts';

const DEPLOY = resolve(import.meta.dirname, '../deploy.ts');

interface Switch {
  readonly progress: Progress;
  /** Of the environment. */
  readonly folder: string;
  readonly tools: Tools;
  readonly yes: boolean;
  /** Builds, synthesizes, and makes Terraform ready. */
  readonly prepare: () => Promise<unknown>;
}

/**
 * Looks whether the deploy that ends a restore would be refused: by pins that the account tells, a rollout, its tools, a plan that takes
 * something away. It shows what it would change besides.
 *
 * @throws Error when it would: found later, the table would take no writes for as long as that takes
 */
export function assertDeploys({ name }: Environment, folder: string, tools: Pick<Tools, 'run' | 'say'>): void {
  tools.say('looking whether the deploy that ends this would be refused');
  if (tools.run(process.execPath, [DEPLOY, name, '--plan-only'], folder) === 0) return;
  throw new Error(
    `nothing was changed: the deploy that moves ${name} to its restored tables would be refused; see above, and begin again when scripts/deploy ${name} --plan-only succeeds`,
  );
}

const addressOf = (table: TableOf) => `aws_dynamodb_table.${table}`;

/**
 * Moves everything to the restored tables: their names go into tables.json, the old ones leave the state and stay in AWS, the restored
 * ones are imported, and a deploy does the rest. Repeating it is safe.
 *
 * @returns whether the deploy ended well: what it makes may stand, and not answer as it should
 * @throws Error when the tables are not those of the stack afterwards: the deploy has failed, or was not confirmed
 */
export async function switchTables({ progress, folder, tools, yes, prepare }: Switch): Promise<boolean> {
  const tables = Object.entries(progress.tables).map(([table, { name }]) => ({ table: table as TableOf, name }));
  const others = readAdopted(folder).filter(({ address }) => !tables.some(({ table }) => addressOf(table) === address));
  writeTableNames(folder, {
    ...readTableNames(folder),
    ...Object.fromEntries(tables.map(({ table, name }) => [table, name])),
  });
  writeAdopted(folder, [...others, ...tables.map(({ table, name }) => ({ address: addressOf(table), id: name }))]);
  await prepare();
  for (const { table, name } of tables) {
    const held = nameInState(tools.read(terraformProgram(), ['state', 'pull'], folder), table);
    if (held === undefined || held === name) continue;
    tools.say(`${held} leaves Terraform's state, and stays in AWS`);
    terraform(tools, folder, ['state', 'rm', addressOf(table)]);
  }
  const deployed = tools.run(process.execPath, [DEPLOY, progress.environment, ...(yes ? ['--yes'] : [])], folder);
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
