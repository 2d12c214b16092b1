/** Jest's global tear-down: ends what the global set-up began. */
export default async function globalTeardown() {
  await globalThis.stopSharedDevs?.();
}
