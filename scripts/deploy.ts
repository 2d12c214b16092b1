import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import {
  clientSecretNames,
  type EnvironmentName,
  environmentOf,
  findPlaceholders,
  synthesizeEnvironment,
} from '@cloakroom/terraform';
import { buildFunctions } from './build.ts';
import { missingSecrets } from './missing-secrets.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Inside the folder that Terraform and git both keep apart: a plan holds the state, and so do not commit it. */
const PLAN = join('.terraform', 'cloakroom.tfplan');
const SMOKE = join(ROOT, 'scripts/smoke.ts');

export interface DeployOptions {
  readonly environment: EnvironmentName;
  /** Stop after the plan. */
  readonly planOnly: boolean;
  /** Apply without asking. */
  readonly yes: boolean;
}

/** The world outside: programs, the person, and the two steps before Terraform. */
export interface DeployTools {
  /** Runs a program in a folder, its output shown. `undefined`: there is no such program. */
  run(program: string, args: readonly string[], folder: string): number | undefined;
  /** Runs a program and returns what it printed. @throws Error when it fails */
  read(program: string, args: readonly string[], folder: string): string;
  confirm(question: string): Promise<boolean>;
  say(line: string): void;
  build(): Promise<void>;
  /** Returns the folder of the environment's cdk.tf.json. */
  synthesize(environment: EnvironmentName): string;
  /** Paths of values that are still examples. */
  placeholders(environment: EnvironmentName): readonly string[];
  /** What issuers have as `clientSecretName`. */
  clientSecrets(environment: EnvironmentName): readonly string[];
  /** Whether the API's domain is made by the stack. */
  hasDomain(environment: EnvironmentName): boolean;
}

/**
 * Builds, synthesizes, plans, asks, applies, fetches the issuers' keys for the first time, and asks the API a few questions.
 *
 * @throws Error with what to do, when a step cannot be done
 */
export async function deploy(options: DeployOptions, tools: DeployTools): Promise<void> {
  const { environment } = options;
  assertReady(environment, tools);
  tools.say('1/6 building the functions');
  await tools.build();
  tools.say(`2/6 synthesizing ${environment}`);
  const folder = tools.synthesize(environment);
  tools.say('3/6 planning');
  terraform(tools, folder, ['init', '-input=false']);
  terraform(tools, folder, ['plan', '-input=false', `-out=${PLAN}`]);
  if (options.planOnly) return tools.say('planned, and nothing applied (--plan-only)');
  if (!options.yes && !(await tools.confirm(`Apply this plan to ${environment}? Only "yes" does: `))) {
    return tools.say('nothing applied');
  }
  tools.say('4/6 applying');
  terraform(tools, folder, ['apply', '-input=false', PLAN]);
  tools.say("5/6 fetching the issuers' keys");
  refreshKeys(tools, folder, environment);
  const names = tools.clientSecrets(environment);
  const aws = (args: readonly string[]) => tools.read('aws', args, folder);
  for (const line of missingSecrets(environment, { names, aws })) tools.say(line);
  const api = tools.read('terraform', ['output', '-raw', 'ApiUrl'], folder).trim();
  tools.say(`6/6 asking ${api}`);
  const target = tools.hasDomain(environment)
    ? ['--domain-target', tools.read('terraform', ['output', '-raw', 'DomainTarget'], folder).trim()]
    : [];
  if (tools.run(process.execPath, [SMOKE, api, '--env', environment, ...target], ROOT) !== 0) {
    throw new Error(
      `${api} is deployed, and does not answer as it should; ask again with: scripts/smoke ${api} --env ${environment}`,
    );
  }
  tools.say(`done: ${api}`);
}

function assertReady(environment: EnvironmentName, tools: DeployTools): void {
  const placeholders = tools.placeholders(environment);
  if (placeholders.length > 0) {
    const file = `terraform/environments/${environment}/environment.ts`;
    throw new Error(`${file} still holds examples; replace them first: ${placeholders.join(', ')}`);
  }
  if (tools.run('terraform', ['version'], ROOT) === undefined) {
    throw new Error('terraform is not installed: https://developer.hashicorp.com/terraform/install (1.10 or newer)');
  }
}

function terraform(tools: DeployTools, folder: string, args: readonly string[]): void {
  if (tools.run('terraform', args, folder) !== 0) throw new Error(`terraform ${args[0]} failed; see above`);
}

/** Without this, sign-ins fail until the schedule's first run. A function that fails answers 200 all the same. */
function refreshKeys(tools: DeployTools, folder: string, environment: EnvironmentName): void {
  const names: unknown = JSON.parse(tools.read('terraform', ['output', '-json', 'FunctionNames'], folder));
  const functionName = (names as Readonly<Record<string, string>>)['refresh-keys'] ?? '';
  const answers = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  try {
    const answer = join(answers, 'refresh-keys.json');
    const { region } = environmentOf(environment);
    const target = ['--function-name', functionName, '--qualifier', 'live', '--region', region, '--output', 'json'];
    const told = tools.read('aws', ['lambda', 'invoke', ...target, answer], folder);
    if (told.includes('FunctionError')) throw new Error(`${functionName} failed: ${readFileSync(answer, 'utf8')}`);
  } finally {
    rmSync(answers, { recursive: true });
  }
}

function realTools(): DeployTools {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
  return {
    run(program, args, folder) {
      const { error, status } = spawnSync(program, args, { cwd: folder, env, stdio: 'inherit' });
      return error === undefined ? (status ?? 1) : undefined;
    },
    read(program, args, folder) {
      const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
      if (error !== undefined) throw new Error(`${program} cannot be run: is it installed?`, { cause: error });
      if (status !== 0) throw new Error(`${program} ${args.slice(0, 2).join(' ')} failed: ${stderr}`);
      return stdout;
    },
    async confirm(question) {
      if (!process.stdin.isTTY) throw new Error('there is nobody to ask: pass --yes to apply, or --plan-only');
      const prompt = createInterface({ input: process.stdin, output: process.stdout });
      const answer = await prompt.question(question);
      prompt.close();
      return answer.trim() === 'yes';
    },
    say: (line) => console.error(`cloakroom: ${line}`),
    async build() {
      const outDir = join(ROOT, 'dist');
      mkdirSync(outDir, { recursive: true });
      const { bundles } = await buildFunctions(outDir);
      const wrong = bundles.flatMap(({ name, problems }) => problems.map((problem) => `${name} ${problem}`));
      if (wrong.length > 0) throw new Error(`bundles are not as they must be: ${wrong.join('; ')}`);
    },
    synthesize(name) {
      const outDir = join(ROOT, 'terraform/environments', name);
      synthesizeEnvironment(name, { outDir });
      return outDir;
    },
    placeholders: (name) => findPlaceholders(environmentOf(name)),
    clientSecrets: (name) => clientSecretNames(environmentOf(name)),
    hasDomain: (name) => environmentOf(name).domain !== undefined,
  };
}

function parseOptions(): DeployOptions {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'plan-only': { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
  });
  const [environment, ...more] = positionals;
  if (environment === undefined || more.length > 0) {
    throw new Error('usage: scripts/deploy <environment> [--plan-only] [--yes]');
  }
  environmentOf(environment);
  return { environment, planOnly: values['plan-only'], yes: values.yes };
}

async function main(): Promise<void> {
  try {
    await deploy(parseOptions(), realTools());
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
