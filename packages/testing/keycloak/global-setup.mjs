import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { KEYCLOAK_CLIENTS } from '@cloakroom/local';
import { environmentForUsers, startDev } from '../e2e/run-dev.ts';

const SECRET = join(import.meta.dirname, '../../../scripts/secret');

/** Jest's global set-up: the local stack with a Keycloak, for all test files. */
export default async function globalSetup() {
  const dev = await startDev({ args: ['--provider', 'keycloak', '--max-environments', '4'] });
  globalThis.stopDev = dev.stop;
  const { api, aws, provider, dataDir } = dev;
  await putSecret(aws);
  process.env.CLOAKROOM_TEST_KEYCLOAK = JSON.stringify({ api, keycloak: provider, dataDir });
}

/** As the page about Keycloak says. */
function putSecret(aws) {
  return new Promise((resolve, reject) => {
    const args = ['local', 'keycloak-client', '--aws-port', new URL(aws).port];
    const child = execFile(SECRET, args, { env: environmentForUsers() }, (error) =>
      error ? reject(error) : resolve(),
    );
    child.stdin.end(KEYCLOAK_CLIENTS.browser.secret);
  });
}
