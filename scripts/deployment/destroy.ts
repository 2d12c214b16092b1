import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Adopted,
  type Environment,
  readAdopted,
  type TerraformDocument,
  withoutProtection,
  writeAdopted,
  writePinned,
} from '@cloakroom/terraform';
import { checkTools } from './check-tools.ts';
import { type Destruction, describeDestruction, describeRest, describeUnfinished } from './destroy-report.ts';
import { holdIdentity } from './identity.ts';
import { PLAN_FILE } from './plan.ts';
import { prepare } from './prepare.ts';
import { explainLock } from './state-lock.ts';
import { assertAccountOf, holdsData, readStateResources, type StateResource } from './state-resources.ts';
import { readAws, step, type Tools, terraformProgram } from './tools.ts';

export interface DestroyOptions {
  readonly environment: Environment;
  /** Tables, their keys, secrets and logs stay in AWS, and `adopted.json` names them for the next deploy. */
  readonly keepData: boolean;
  /** Synthesizes and initializes, and returns the folder of the environment. */
  readonly prepare?: typeof prepare;
}

/**
 * Destroys what the state of an environment has, when its name is typed. May be run again after it was interrupted: what stays was
 * written down before it left the state.
 *
 * @throws Error when it is another account's environment, or Terraform fails; with what to do next
 */
export async function destroy(options: DestroyOptions, tools: Tools): Promise<void> {
  const { environment, keepData } = options;
  const { name } = environment;
  checkTools(tools);
  const { account } = holdIdentity(environment, tools);
  const folder = await (options.prepare ?? prepare)(name, tools);
  const resources = readStateResources(folder, tools);
  assertAccountOf(resources, account);
  const destruction = divide(resources, keepData);
  if (destruction.going.length + destruction.kept.length === 0) {
    const where =
      environment.state.kind === 'local' ? ', which is beside the stack on the machine that deployed it' : '';
    tools.say(`nothing of ${name} is in its state${where}`);
    return;
  }
  for (const line of describeDestruction(destruction, environment)) tools.say(line);
  if (!(await tools.confirm('This cannot be undone. Type the name of the environment to destroy it: ', name))) {
    tools.say('nothing destroyed');
    return;
  }
  const work = { folder, destruction, environment, again: `scripts/destroy ${name}${keepData ? ' --keep-data' : ''}` };
  forget(work, tools);
  await step(tools, `destroying ${name}`, () => destroyAll(work, tools));
  // The versions that it names are gone.
  writePinned(folder, {});
  for (const line of describeRest({ ...destruction, adopted: readAdopted(folder) }, environment)) tools.say(line);
  tools.say(`${name} is destroyed`);
}

function divide(resources: readonly StateResource[], keepData: boolean): Destruction {
  const kept = keepData ? resources.filter(holdsData) : [];
  return { kept, going: resources.filter((one) => !kept.includes(one)) };
}

interface Work {
  readonly environment: Environment;
  readonly folder: string;
  readonly destruction: Destruction;
  /** What is run again after a failure. */
  readonly again: string;
}

/**
 * Writes down what stays, and only then takes it out of the state: whenever this is interrupted, one of the two knows it. What is
 * destroyed is written down no longer, for the state has it.
 */
function forget(work: Work, tools: Tools): void {
  const { folder, destruction } = work;
  const { going, kept } = destruction;
  const inState = [...going, ...kept].map(({ address }) => address);
  const before = readAdopted(folder).filter(({ address }) => !inState.includes(address));
  writeAdopted(folder, [...before, ...kept.map(({ address, id }): Adopted => ({ address, id }))]);
  if (kept.length > 0) prepareBy(['state', 'rm', ...kept.map(({ address }) => address)], work, tools);
}

/** Runs Terraform where it destroys nothing yet. @throws Error with what it said, or saying who holds the lock of the state */
function prepareBy(args: readonly string[], { folder, environment: { name }, again }: Work, tools: Tools): void {
  try {
    tools.read(terraformProgram(), args, folder);
  } catch (error) {
    const { message } = explainLock(error, name, again);
    throw new Error(`nothing is destroyed: ${message}`, { cause: error });
  }
}

function protectedTables({ going }: Destruction): readonly string[] {
  return going
    .filter(({ type, values }) => type === 'aws_dynamodb_table' && values.deletion_protection_enabled === true)
    .map(({ id }) => id);
}

/** By itself, and not by an apply: that would change whatever else differs from what stands. */
function unprotect(table: string, { region }: Environment, tools: Tools): void {
  readAws(tools, region, ['dynamodb', 'update-table', '--table-name', table, '--no-deletion-protection-enabled']);
  tools.say(`${table}: deletion protection off`);
}

/**
 * The stack lies without protection in its folder for so long as Terraform destroys it. AWS's own protection of tables goes when
 * Terraform has planned: by then it has had the state's lock, and may read all there is.
 */
function destroyAll(work: Work, tools: Tools): void {
  const { folder, destruction, environment } = work;
  const file = join(folder, 'cdk.tf.json');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify(withoutProtection(JSON.parse(before) as TerraformDocument), null, 2));
  try {
    prepareBy(['plan', '-destroy', '-input=false', '-no-color', `-out=${PLAN_FILE}`], work, tools);
    for (const table of protectedTables(destruction)) unprotect(table, environment, tools);
    if (tools.run(terraformProgram(), ['apply', '-input=false', PLAN_FILE], folder) !== 0) {
      throw new Error(describeUnfinished(environment, work.again));
    }
  } finally {
    writeFileSync(file, before);
  }
}
