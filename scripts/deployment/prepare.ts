import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EnvironmentName, synthesizeEnvironment } from '@cloakroom/terraform';
import { buildFunctions } from '../build.ts';
import { lockProviders } from './lock-providers.ts';
import { step, type Tools, terraformProgram } from './tools.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What comes before Terraform. */
interface Makers {
  /** @throws Error when a bundle is not as it must be */
  build(): Promise<void>;
  /** Writes the environment's cdk.tf.json. */
  synthesize(environment: EnvironmentName): void;
}

const REAL: Makers = {
  async build() {
    const outDir = join(ROOT, 'dist');
    mkdirSync(outDir, { recursive: true });
    const { bundles } = await buildFunctions(outDir);
    const wrong = bundles.flatMap(({ name, problems }) => problems.map((problem) => `${name} ${problem}`));
    if (wrong.length > 0) throw new Error(`bundles are not as they must be: ${wrong.join('; ')}`);
  },
  synthesize: (environment) => void synthesizeEnvironment(environment, { outDir: environmentFolder(environment) }),
};

/** Where an environment's cdk.tf.json is, and Terraform runs. */
export function environmentFolder(environment: EnvironmentName): string {
  return join(ROOT, 'terraform/environments', environment);
}

/**
 * Builds the functions, and writes the environment's cdk.tf.json. Needs no account.
 *
 * @returns the folder of the environment
 */
export async function makeStack(environment: EnvironmentName, tools: Tools, makers = REAL): Promise<string> {
  await step(tools, 'building the functions', () => makers.build());
  await step(tools, `synthesizing ${environment}`, () => makers.synthesize(environment));
  return environmentFolder(environment);
}

/** `terraform init`, and the provider's checksums for other machines where they are written for the first time. */
export async function initialize(folder: string, tools: Tools, args: readonly string[] = []): Promise<void> {
  await step(tools, 'preparing Terraform', () => {
    const isFirst = !existsSync(join(folder, '.terraform.lock.hcl'));
    tools.read(terraformProgram(), ['init', '-input=false', '-no-color', ...args], folder);
    if (isFirst) lockProviders(folder, tools);
  });
}

/** Both: afterwards Terraform can plan. Returns the folder of the environment. */
export async function prepare(environment: EnvironmentName, tools: Tools, makers = REAL): Promise<string> {
  const folder = await makeStack(environment, tools, makers);
  await initialize(folder, tools);
  return folder;
}
