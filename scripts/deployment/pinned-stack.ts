import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, type Pinned, pinAliases, type TerraformDocument, writePinned } from '@cloakroom/terraform';

/** An environment, and the folder where its data and its cdk.tf.json are. */
export interface EnvironmentPlace {
  readonly environment: Environment;
  readonly folder: string;
}

/**
 * Writes the pins beside the environment, and into the stack that was synthesized there, if there is one: so a `terraform plan`
 * that nobody synthesizes for does not move an alias either.
 */
export function savePinned({ environment: { app, name }, folder }: EnvironmentPlace, pinned: Pinned): void {
  writePinned(folder, pinned);
  const file = join(folder, 'cdk.tf.json');
  if (!existsSync(file)) return;
  const document = pinAliases(JSON.parse(readFileSync(file, 'utf8')) as TerraformDocument, pinned, `${app}-${name}`);
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
}

/** These pins without those of some functions. */
export function withoutPins(pinned: Pinned, names: readonly string[]): Pinned {
  return Object.fromEntries(Object.entries(pinned).filter(([name]) => !names.includes(name)));
}
