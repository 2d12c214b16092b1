import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@cloakroom/local/ports';
import { builtInService, builtInUser, localToken, serviceToken } from '@cloakroom/local/token';
import { environmentForUsers } from '../src/environment-for-users.ts';
import { readLogs, textsWithTokens } from './logs.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');

/** Where a `scripts/dev` runs: the addresses of its parts. */
export interface DevPlace {
  readonly api: string;
  readonly aws: string;
  readonly provider: string;
  readonly dataDir: string;
}

/** A running `scripts/dev`, and the tokens that one test file gets there. */
export interface SharedDev extends DevPlace {
  /** All that it printed so far. */
  output(): string;
  /** What `scripts/token` prints: `printedToken('alice', '--new-login')`. */
  printedToken(...args: string[]): Promise<string>;
  /** The same, of the same sign-in, without a process of its own, which takes longer than most requests of a test. */
  token(user: string, ...options: '--new-login'[]): Promise<string>;
  /** As by `token(user, '--new-login')`. */
  newLogin(user: string): Promise<string>;
  /** Of the service. */
  serviceToken(): Promise<string>;
  /** Takes a token that a test has made for one that must be in no log, and returns it. */
  remember(token: string): string;
  /** The logs, and the terminal, that hold one of the tokens: they are all remembered, those of `token` too. */
  logsWithTokens(): string[];
  /** Fails when a log holds a token. */
  assertNoLogHasTokens(): void;
}

/** `scripts/dev`, running for one test file on ports and a data directory of its own. */
export interface Dev extends SharedDev {
  readonly process: ChildProcess;
  /** Ends it as `kill` does, and resolves with its exit code; fails when a log holds a token. */
  stop(): Promise<number | null>;
}

/** Every process that was started. */
const started = new Set<ChildProcess>();

/** Ends what is still running of all that was started. */
export async function endAllDevs(): Promise<void> {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await closed;
  }
}

export interface DevOptions {
  /** Kept afterwards; without it a new one is made, and removed at the end. */
  readonly dataDir?: string;
  /** API, AWS endpoint, provider. */
  readonly ports?: Ports;
  readonly args?: readonly string[];
  /** Another copy of the repository, and the environment there. Default: this one. */
  readonly root?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** In a process group of its own, as a shell starts it. */
  readonly ownGroup?: boolean;
}

type Ports = readonly [api: number, aws: number, provider: number];

export async function freePorts(): Promise<Ports> {
  return [await freePort(), await freePort(), await freePort()];
}

/** Starts `scripts/dev` and resolves when it says that it is ready. */
export async function startDev(options: DevOptions = {}): Promise<Dev> {
  const [apiPort, awsPort, providerPort] = options.ports ?? (await freePorts());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'cloakroom-'));
  const ports = ['--port', apiPort, '--aws-port', awsPort, '--idp-port', providerPort].map(String);
  const env = options.env ?? environmentForUsers();
  const args = [...ports, '--data-dir', dataDir, ...(options.args ?? [])];
  const child = spawn(join(options.root ?? ROOT, 'scripts/dev'), args, { env, detached: options.ownGroup ?? false });
  started.add(child);
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (/^ready/m.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => reject(new Error(`scripts/dev ended with ${code}:\n${output}`)));
  });
  await ready;
  const dev = devAt(
    {
      api: `http://127.0.0.1:${apiPort}`,
      aws: `http://127.0.0.1:${awsPort}`,
      provider: `http://localhost:${providerPort}`,
      dataDir,
    },
    () => output,
    env,
  );
  return {
    ...dev,
    process: child,
    async stop() {
      const closed = new Promise<number | null>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
        else child.once('close', resolve);
      });
      child.kill('SIGTERM');
      const code = await closed;
      try {
        dev.assertNoLogHasTokens();
      } finally {
        if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      }
      return code;
    },
  };
}

/** @param output all that it has printed so far */
export function devAt(place: DevPlace, output: () => string, env = environmentForUsers()): SharedDev {
  const { provider, dataDir } = place;
  const tokens = new Set<string>();
  const remember = (token: string) => {
    tokens.add(token);
    return token;
  };
  const token = async (user: string, newLogin: boolean) =>
    remember((await localToken(builtInUser(provider, { dataDir, user }), { newLogin })).accessToken);
  const logsWithTokens = () => textsWithTokens([...readLogs(dataDir), ['the terminal', output()]], tokens);
  return {
    ...place,
    output,
    async printedToken(...args) {
      const where = ['--idp-port', new URL(provider).port, '--data-dir', dataDir];
      const { stdout } = await run(join(ROOT, 'scripts/token'), [...args, ...where], { env });
      return remember(stdout.trim());
    },
    token: (user, ...options) => token(user, options.length > 0),
    newLogin: (user) => token(user, true),
    serviceToken: async () => remember(await serviceToken(builtInService(provider))),
    remember,
    logsWithTokens,
    assertNoLogHasTokens() {
      const leaks = logsWithTokens();
      if (leaks.length > 0) throw new Error(`a token is in the log of ${leaks.join(', ')}`);
    },
  };
}
