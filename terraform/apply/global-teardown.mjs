import { rmSync } from 'node:fs';

/** Jest's global tear-down: ends what emulators were forks of, and removes what the tests put into the system's temporary folder. */
export default async function globalTeardown() {
  await globalThis.applyEmulators?.stop();
  if (globalThis.applyFolder !== undefined) rmSync(globalThis.applyFolder, { recursive: true, force: true });
}
