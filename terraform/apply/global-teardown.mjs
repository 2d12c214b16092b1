import { rmSync } from 'node:fs';

/** Jest's global tear-down: removes what the tests put into the system's temporary folder. */
export default function globalTeardown() {
  if (globalThis.applyFolder !== undefined) rmSync(globalThis.applyFolder, { recursive: true, force: true });
}
