import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'cdktf';
import { readAdopted } from '../environments/adopted.ts';
import { assertApart } from '../environments/assert-apart.ts';
import { assertDeployable } from '../environments/assert-deployable.ts';
import { type Environment, parseEnvironment } from '../environments/environment.ts';
import { ENVIRONMENTS, type EnvironmentName, environmentOf } from '../environments/index.ts';
import { type LocalOverlay, localEnvironment } from '../environments/local.ts';
import { readPinned } from '../environments/pinned-versions.ts';
import { CloakroomStack, type CloakroomStackProps } from '../stacks/cloakroom-stack.ts';
import { pinAliases } from './pin-aliases.ts';
import { type PackageFiles, readCode } from './read-code.ts';
import type { TerraformDocument } from './terraform-document.ts';
import { terraformBlock, withImports } from './terraform-document.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Folders: absolute, or relative to the current one. */
export interface SynthesisFolders {
  /** Where cdk.tf.json is written; it is made if need be. */
  readonly outDir: string;
  /** Where `<function>.zip` is. Default: `dist` of this repository. */
  readonly distDir?: string;
}

/**
 * Writes the stack of an environment, and returns the path of its cdk.tf.json. What functions are told in files is beside it, in
 * their zips. What was decided while the stack ran is beside the environment: what `adopted.json` names is imported, and functions
 * in `pinned.json` stay at their versions.
 *
 * @throws ConfigurationError when the environment or one of these files is not valid, or not fit to be deployed
 * @throws Error              when there is no such environment, or a function is not built
 */
export function synthesizeEnvironment(name: EnvironmentName, folders: SynthesisFolders): string {
  const environment = environmentOf(name);
  assertApart(environment, Object.values(ENVIRONMENTS));
  const decided = join(ROOT, 'terraform/environments', name);
  const document = synthesize(environment, { ...folders, deployable: true });
  const adopting = withImports(document, readAdopted(decided));
  return write(pinAliases(adopting, readPinned(decided), `${environment.app}-${environment.name}`), folders.outDir);
}

/** Writes the stack for this machine: `dev` with the local overlay. Otherwise as {@link synthesizeEnvironment}. */
export function synthesizeLocal(overlay: LocalOverlay, folders: SynthesisFolders): string {
  return write(synthesize(localEnvironment(overlay), { ...folders, deployable: false }), folders.outDir);
}

/**
 * The stack of an environment in Terraform's JSON syntax. The zips that it names are written, if they were not built as they are.
 *
 * @throws ConfigurationError when the environment is not valid, or to be deployable and not fit for it
 * @throws Error              when a function is not built
 */
export function synthesize(value: unknown, options: SynthesisFolders & { deployable: boolean }): TerraformDocument {
  const environment = parseEnvironment(value);
  if (options.deployable) assertDeployable(environment);
  const folders = { outDir: resolve(options.outDir), distDir: resolve(options.distDir ?? join(ROOT, 'dist')) };
  const code = (name: string, files: PackageFiles) => readCode(name, files, folders);
  return toDocument(synthesizeStack(environment, code), terraformBlock(environment));
}

/** The same of an environment that is taken as it is, as cdktf writes it. What `see` is given is the whole stack. */
export function synthesizeStack(
  environment: Environment,
  code: CloakroomStackProps['code'],
  see: (stack: CloakroomStack) => void = () => undefined,
): unknown {
  return withApp((app) => {
    const stack = new CloakroomStack(app, { environment, version: cloakroomVersion(), code });
    stack.prepareStack();
    stack.runAllValidations();
    see(stack);
    return stack.toTerraform() as unknown;
  });
}

/** Every app of cdktf makes itself a folder; it is given one that goes with it, since nothing here is written by it. */
function withApp<T>(work: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'cloakroom-cdktf-'));
  try {
    return withoutDeprecations(() => withoutStackTraces(() => work(new App({ outdir }))));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** cdktf calls functions that Node deprecates; that is not the caller's to read. */
function withoutDeprecations<T>(work: () => T): T {
  const before = process.noDeprecation ?? false;
  process.noDeprecation = true;
  try {
    return work();
  } finally {
    process.noDeprecation = before;
  }
}

/** cdktf notes of each value the whole stack of calls that made it, which takes longer than all the rest; nobody reads it. */
function withoutStackTraces<T>(work: () => T): T {
  const { prepareStackTrace } = Error;
  // An error tells its stack when it is first asked for it, which is after this.
  Error.prepareStackTrace = () => '';
  try {
    return work();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Without cdktf's notes about construct paths, and with our own `terraform` block: its default holds an absolute path. */
export function toDocument(synthesized: unknown, terraform: TerraformDocument['terraform']): TerraformDocument {
  const text = JSON.stringify(synthesized, (key, value: unknown) => (key === '//' ? undefined : value));
  return { ...(JSON.parse(text) as TerraformDocument), terraform };
}

export function cloakroomVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

function write(document: TerraformDocument, outDir: string): string {
  const folder = resolve(outDir);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'cdk.tf.json');
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  return file;
}
