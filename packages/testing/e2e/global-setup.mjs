import { startSharedDevs } from './shared-devs.ts';

/** Jest's global set-up: test files find here every `scripts/dev` that they share. */
export default async function globalSetup() {
  const devs = await startSharedDevs();
  globalThis.stopSharedDevs = devs.stop;
  process.env.CLOAKROOM_TEST_DEVS = devs.url;
}
