import { rmSync } from 'node:fs';

/** Jest's global tear-down: ends what the global set-up began. */
export default async function globalTeardown() {
  await globalThis.stopDynamoDbLocal?.();
  if (globalThis.testFolder !== undefined) rmSync(globalThis.testFolder, { recursive: true, force: true });
}
