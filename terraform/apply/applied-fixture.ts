import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Environment } from '../environments/environment.ts';
import { FUNCTION_NAMES } from '../stacks/functions/index.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { OWN } from '../testing/own-environment.ts';
import { fakeZip } from '../testing/synthesized.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { appliedRuntime } from './overlay.ts';
import type { RealParts } from './real-parts.ts';
import { Workspace } from './workspace.ts';

const BUILT = join(import.meta.dirname, '../../dist');

/** What the global set-up found. */
export const REAL_PARTS = JSON.parse(process.env.CLOAKROOM_REAL_PARTS ?? '{}') as RealParts;

/** An emulated account, a folder for a stack in it, and the stacks that go there. */
export interface Account {
  readonly emulator: Emulator;
  readonly workspace: Workspace;
  /** The stack of an environment, with the bundles in {@link dist}. */
  stackOf(environment: Environment): TerraformDocument;
  /** Node's, that functions get here. */
  readonly runtime: string;
  /** A copy of the built bundles, with zips for the functions of a team. */
  readonly dist: string;
}

/**
 * Starts an account for the tests of a file, and ends it after them.
 *
 * @param endpointBefore what Terraform is to talk to, given the address of the emulator. Default: the emulator itself
 */
export function useAccount(endpointBefore = async (emulator: string) => emulator): Account {
  let emulator: Emulator | undefined;
  let workspace: Workspace | undefined;
  const dist = mkdtempSync(join(tmpdir(), 'cloakroom-bundles-'));
  beforeAll(async () => {
    for (const name of FUNCTION_NAMES) copyFileSync(join(BUILT, `${name}.zip`), join(dist, `${name}.zip`));
    mkdirSync(join(dist, 'own'));
    for (const name of Object.keys(OWN.functions)) writeFileSync(join(dist, 'own', `${name}.zip`), fakeZip(name));
    emulator = await startEmulator(REAL_PARTS);
    workspace = new Workspace(REAL_PARTS, await endpointBefore(emulator.url));
  });
  afterAll(async () => {
    await workspace?.remove();
    await emulator?.stop();
  });
  return {
    get emulator() {
      return started(emulator);
    },
    get workspace() {
      return started(workspace);
    },
    runtime: appliedRuntime(REAL_PARTS.mirror),
    dist,
    stackOf: (environment) =>
      synthesize(environment, { outDir: started(workspace).folder, distDir: dist, deployable: true }),
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the account is there from beforeAll on');
  return part;
}
