import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  createKeycloakAdmin,
  freePort,
  installKeycloak,
  KEYCLOAK_CLIENTS,
  type KeycloakAdmin,
  type Part,
  startKeycloak,
  unpackCode,
} from '@cloakroom/local';
import { type BrowserApp, browserApp } from '../e2e/browser-app.ts';
import { freePorts } from '../e2e/run-dev.ts';
import { startStack } from '../e2e/start-stack.ts';
import { environmentForUsers } from '../src/environment-for-users.ts';
import { type Clock, putUnderClock, startClock } from './clock.ts';
import { type Relay, startRelay } from './relay.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** How a realm is, and what our side is told about it; both by the realm's alias. */
export interface RealmChanges {
  readonly realm: object;
  readonly browser: object;
}

/** A stack with a Keycloak of its own: tests let hours pass, and cut the way to Keycloak. */
export interface ClockedStack {
  readonly app: BrowserApp;
  /** Where people and functions find Keycloak. */
  readonly keycloak: string;
  readonly admin: KeycloakAdmin;
  readonly pass: Clock['pass'];
  readonly relay: Relay;
  stop(): Promise<void>;
}

/** @param distDir the bundles; @param partners the realm `partners` */
export async function startClockedStack(distDir: string, partners: RealmChanges): Promise<ClockedStack> {
  const [apiPort, awsPort, providerPort] = await freePorts();
  const [keycloakPort, keycloakDebugPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${keycloakPort}`;
  const providerOrigin = `http://localhost:${providerPort}`;
  const api = `http://127.0.0.1:${apiPort}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  const file = join(dataDir, 'clock');
  const admin = createKeycloakAdmin(origin);
  let relay: Relay | undefined;
  let clock: Clock | undefined;

  async function startProvider(): Promise<Part> {
    const home = await installKeycloak({ toolsDir: join(ROOT, '.local/tools'), say: () => undefined });
    const started = await startKeycloak({
      home,
      port: keycloakPort,
      api,
      debugPort: keycloakDebugPort,
      say: () => undefined,
    });
    // Whoever signs in comes through the relay; we administer it past that.
    const attributes = { frontendUrl: providerOrigin };
    await admin.call('PUT', '/cloakroom', { attributes });
    await admin.call('PUT', '/partners', { attributes, ...partners.realm });
    relay = await startRelay({ from: providerPort, to: keycloakPort });
    clock = await startClock({ file, keycloakDebugPort });
    return {
      ...started,
      async stop() {
        clock?.stop();
        await relay?.cut();
        await started.stop();
      },
    };
  }

  const stack = await startStack({
    ports: { api: apiPort, aws: awsPort },
    dataDir,
    distDir,
    overlay: ['--provider=keycloak', `--provider-url=${providerOrigin}`, `--api-url=${api}`],
    startProvider,
    adapt: (stackFile) => {
      const issuersFile = join(dataDir, 'issuers.json');
      writeFileSync(issuersFile, JSON.stringify(withBrowser(issuersOf(stackFile), partners.browser)));
      putUnderClock(stackFile, { file, issuersFile });
    },
    admit: () => undefined,
  });
  if (relay === undefined || clock === undefined) throw new Error('the provider was not started');
  await setClientSecret(awsPort);
  return { app: browserApp(api), keycloak: providerOrigin, admin, pass: clock.pass, relay, stop: stack.stop };
}

/** By the script: it calls the AWS that runs in this process, and so nothing here may wait for it without a promise. */
async function setClientSecret(awsPort: number): Promise<void> {
  const args = ['local', 'keycloak-client', '--aws-port', String(awsPort)];
  const running = promisify(execFile)(join(ROOT, 'scripts/secret'), args, { env: environmentForUsers() });
  running.child.stdin?.end(KEYCLOAK_CLIENTS.browser.secret);
  await running;
}

interface ConfiguredIssuer {
  readonly alias: string;
  readonly browser: object;
}

function issuersOf(stackFile: string): readonly ConfiguredIssuer[] {
  const folder = dirname(stackFile);
  const code = unpackCode(join(folder, 'functions/token-handler.zip'), join(folder, 'unpacked'));
  return JSON.parse(readFileSync(join(code, 'issuers.json'), 'utf8'));
}

function withBrowser(issuers: readonly ConfiguredIssuer[], changes: object): readonly ConfiguredIssuer[] {
  return issuers.map((issuer) =>
    issuer.alias === 'partners' ? { ...issuer, browser: { ...issuer.browser, ...changes } } : issuer,
  );
}
