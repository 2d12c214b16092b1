import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@cloakroom/local';

const START_LIMIT_MS = 60_000;

/** A running control plane of AWS: moto, in memory, for account 123456789012. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly url: string;
  /** Everything that there is in the account, as moto lists it. */
  inventory(): Promise<unknown>;
  /** Makes a bucket of S3, as whoever keeps a state there has done before. */
  makeBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts moto with the Python of its virtual environment.
 *
 * @throws Error with what it wrote, when it ends or does not answer within a minute
 */
export async function startEmulator(python: string): Promise<Emulator> {
  const port = await freePort();
  const program = join(import.meta.dirname, 'emulator.py');
  const child = spawn(python, [program, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written = (written + text).slice(-4000);
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  const limitMs = Date.now() + START_LIMIT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > limitMs) {
      end();
      throw new Error(`moto does not answer at ${url}; it wrote: ${written}`);
    }
    await sleep(100);
  }
  return {
    url,
    inventory: async () => (await fetch(`${url}/moto-api/data.json`)).json(),
    async makeBucket(name) {
      const { ok, status } = await fetch(`${url}/${name}`, { method: 'PUT' });
      if (!ok) throw new Error(`moto did not make the bucket ${name}: ${status}`);
    },
    async stop() {
      process.off('exit', end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      end();
      await exited;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`)).ok;
  } catch {
    return false;
  }
}
