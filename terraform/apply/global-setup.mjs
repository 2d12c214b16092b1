import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulators } from './emulator/emulators.ts';
import { substitutions } from './overlay.ts';
import { findRealParts } from './real-parts.ts';

/** Jest's global set-up: finds the real parts once for all files, starts what emulators are forks of, and says in what the stacks under test differ from a user's. */
export default async function globalSetup() {
  const parts = await findRealParts();
  if ('missing' in parts) throw new Error(parts.missing);
  globalThis.applyFolder = mkdtempSync(join(tmpdir(), 'cloakroom-apply-tests-'));
  process.env.TMPDIR = globalThis.applyFolder;
  // Nothing that this shell says of AWS is meant for the emulated account.
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) delete process.env[name];
  const emulators = join(globalThis.applyFolder, 'emulators.sock');
  globalThis.applyEmulators = await startEmulators(parts.python, emulators);
  process.env.CLOAKROOM_REAL_PARTS = JSON.stringify({ ...parts, emulators });
  const { terraform, mirror } = parts;
  const provider = mirror === undefined ? 'from the registry' : `${mirror.version} of ${mirror.folder}`;
  console.log(
    `\n${terraform} with the AWS provider ${provider}. What is applied differs from a user's stack in this alone:`,
  );
  for (const { what, why } of substitutions('', mirror)) console.log(`- ${what}: ${why}`);
}
