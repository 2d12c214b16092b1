import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess } from '@cloakroom/local';

const START_LIMIT_MS = 120_000;

/** A process that serves. */
interface Server {
  hasEnded(): boolean;
  /** The end of what it printed. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * Starts what emulators are forks of, and ends it when this process ends.
 *
 * @param socket where it is to listen
 * @throws Error with what it wrote, when it ends or does not listen within two minutes
 */
export async function startEmulators(python: string, socket: string): Promise<Server> {
  const server = startServerProcess([python, join(import.meta.dirname, 'emulators.py'), socket]);
  const limitMs = Date.now() + START_LIMIT_MS;
  while (!existsSync(socket)) {
    if (server.hasEnded() || Date.now() > limitMs) {
      await server.stop();
      throw new Error(`moto does not start; it wrote: ${server.output()}`);
    }
    await sleep(100);
  }
  return server;
}

/** A fork, which serves on a port. It ends with this process, however that ends. */
export function startFork(socket: string, port: number): Server {
  const connection = connect(socket);
  let output = '';
  let hasEnded = false;
  connection.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4000);
  });
  connection.on('error', ({ message }) => {
    output += message;
  });
  const closed = once(connection, 'close').then(() => {
    hasEnded = true;
  });
  connection.write(`${port}\n`);
  return {
    hasEnded: () => hasEnded,
    output: () => output,
    stop() {
      connection.end();
      return closed;
    },
  };
}
