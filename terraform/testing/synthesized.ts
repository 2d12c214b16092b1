import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FUNCTION_NAMES } from '../stacks/functions/index.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { zipFiles } from '../synthesis/zip-files.ts';
import { OWN } from './own-environment.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Of the functions of Cloakroom, and of those of a team that tests add. */
const BUILT = [...FUNCTION_NAMES, ...Object.keys(OWN.functions).map((name) => `own/${name}`)];

/** A folder with a zip for every function, whose code is the function's name. */
export function fakeDist(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-dist-'));
  mkdirSync(join(folder, 'own'));
  for (const name of BUILT) writeFileSync(join(folder, `${name}.zip`), fakeZip(name));
  return folder;
}

/** A zip whose code is this text. */
export function fakeZip(code: string): Uint8Array {
  return zipFiles({ 'index.mjs': Buffer.from(code) });
}

interface SynthesisOptions {
  readonly deployable: boolean;
  /** `stack` in a folder of `fakeDist`. */
  readonly outDir: string;
}

/** The stack of an environment, with functions that need not be built. */
export function synthesized(environment: unknown, options: Partial<SynthesisOptions> = {}): TerraformDocument {
  const { outDir = join(fakeDist(), 'stack') } = options;
  mkdirSync(outDir, { recursive: true });
  return synthesize(environment, { distDir: dirname(outDir), outDir, deployable: options.deployable ?? true });
}

/** All resources of a type by name. */
export function resources({ resource }: TerraformDocument, type: string): Readonly<Record<string, Arguments>> {
  return resource[type] ?? {};
}

/** @throws Error when there is no such resource */
export function resource(document: TerraformDocument, type: string, name: string): Arguments {
  const found = resources(document, type)[name];
  if (found === undefined) throw new Error(`there is no ${type}.${name}`);
  return found;
}

/** One statement of a policy document. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

/** The statements of a policy in JSON text. */
export function statementsOf(policy: unknown): readonly PolicyStatement[] {
  return (JSON.parse(String(policy)) as { Statement: PolicyStatement[] }).Statement;
}
