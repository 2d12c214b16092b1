import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../base/server-process.ts';
import { createKeycloakAdmin, KEYCLOAK_ADMIN } from './keycloak-admin.ts';
import { keycloakCommand } from './keycloak-command.ts';
import { MAIN_REALM, PARTNERS_REALM, realmRepresentation } from './keycloak-realms.ts';

const READY_TIMEOUT_MS = 120_000;
const STILL_AT_IT_MS = 5000;

export interface KeycloakOptions {
  /** Where it is installed. */
  readonly home: string;
  readonly port: number;
  /** Origin of the HTTP API, which is told of logouts. */
  readonly api: string;
  /** Opens the Java debugger on this port of 127.0.0.1: a test that attaches to it can set Keycloak's clock. */
  readonly debugPort?: number;
  /** Told every few seconds that it has not answered yet. */
  readonly say: (text: string) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** A Keycloak, running. */
export interface Keycloak {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly origin: string;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts Keycloak on `http://localhost:<port>` with two realms, each with its people and clients. Everything is in memory:
 * it is new at every start, its keys and sign-ins too, but people keep their `sub`.
 * It listens on 127.0.0.1 alone, and ends when this process ends: see `startServerProcess`.
 *
 * @throws Error when it does not answer within two minutes, or has ended; its output is in the message
 */
export async function startKeycloak({ home, port, api, debugPort, say, signal }: KeycloakOptions): Promise<Keycloak> {
  const origin = `http://localhost:${port}`;
  const address = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${origin}`];
  const server = startServerProcess(
    keycloakCommand(home, ['start', '--optimized', '--cache=local', '--log-level=warn', ...address]),
    {
      KC_BOOTSTRAP_ADMIN_USERNAME: KEYCLOAK_ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: KEYCLOAK_ADMIN.password,
      ...(debugPort === undefined ? {} : { JAVA_TOOL_OPTIONS: debuggerOn(debugPort) }),
    },
  );
  try {
    await untilReady(server, { url: `${origin}/realms/master`, say, signal });
    const admin = createKeycloakAdmin(origin);
    for (const realm of [MAIN_REALM, PARTNERS_REALM]) await admin.call('POST', '', realmRepresentation(realm, api));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { origin, exited: server.exited.then(() => 'Keycloak has ended'), stop: server.stop };
}

/** Nothing waits for who attaches. */
function debuggerOn(port: number): string {
  return `-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:${port}`;
}

interface Waiting extends Pick<KeycloakOptions, 'say'> {
  readonly url: string;
  readonly signal: AbortSignal | undefined;
}

async function untilReady(server: ServerProcess, { url, say, signal }: Waiting): Promise<void> {
  const startedMs = performance.now();
  let saidMs = startedMs;
  while (!(await answers(url))) {
    const nowMs = performance.now();
    signal?.throwIfAborted();
    if (server.hasEnded() || nowMs - startedMs > READY_TIMEOUT_MS) {
      throw new Error(`Keycloak did not start (is Java 17 installed?):\n${server.output()}`);
    }
    if (nowMs - saidMs > STILL_AT_IT_MS) {
      saidMs = nowMs;
      say(`… Keycloak is starting (${Math.round((nowMs - startedMs) / 1000)} s)`);
    }
    await delay(100);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // it does not listen yet
  }
}
