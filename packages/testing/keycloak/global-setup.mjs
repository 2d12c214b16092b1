import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { environmentForUsers, freePorts, startDev } from '../e2e/run-dev.ts';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');

/** Jest's global set-up: the local stack with a Keycloak, for all test files. Its client for browsers has a secret, as on AWS. */
export default async function globalSetup() {
  const ports = await freePorts();
  const dev = await startDev({ ports, args: ['--provider', 'keycloak', '--max-environments', '4'] });
  globalThis.stopDev = dev.stop;
  const secret = ['local', 'keycloak-client', '--aws-port', String(ports[1])];
  execFileSync(join(SCRIPTS, 'secret'), secret, { input: 'local-only', env: environmentForUsers() });
  const { api, provider, dataDir } = dev;
  process.env.CLOAKROOM_TEST_KEYCLOAK = JSON.stringify({ api, keycloak: provider, dataDir });
}
