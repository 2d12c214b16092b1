import { startDev } from '../e2e/run-dev.ts';

/** Jest's global set-up: the local stack with a Keycloak, for all test files. */
export default async function globalSetup() {
  const dev = await startDev({ args: ['--provider', 'keycloak', '--max-environments', '4'] });
  globalThis.stopDev = dev.stop;
  const { api, provider, dataDir } = dev;
  process.env.CLOAKROOM_TEST_KEYCLOAK = JSON.stringify({ api, keycloak: provider, dataDir });
}
