import { execFileSync } from 'node:child_process';
import { KEYCLOAK_CLIENTS } from '@cloakroom/local';
import { startDev } from '../e2e/run-dev.ts';
import { environmentForUsers } from '../src/environment-for-users.ts';

/** Jest's global set-up: the local stack with a Keycloak, for all test files. Its client for browsers has a secret, as on AWS. */
export default async function globalSetup() {
  const dev = await startDev({ args: ['--provider', 'keycloak', '--max-environments', '4'] });
  globalThis.stopDev = dev.stop;
  const { api, aws, provider, dataDir } = dev;
  const script = new URL('../../../scripts/secret', import.meta.url).pathname;
  execFileSync(script, ['local', 'keycloak-client', '--aws-port', new URL(aws).port], {
    input: KEYCLOAK_CLIENTS.browser.secret,
    env: environmentForUsers(),
  });
  // Keycloak waits for this function before it answers a sign-out, and we do for two seconds: its start is not what tests measure.
  await fetch(`${api}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: 'none' }),
  });
  process.env.CLOAKROOM_TEST_KEYCLOAK = JSON.stringify({ api, keycloak: provider, dataDir });
}
