import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startServerProcess } from '@cloakroom/local';

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
  const server = startServerProcess([python, program, '-H', '127.0.0.1', '-p', String(port)]);
  const url = `http://127.0.0.1:${port}`;
  const limitMs = Date.now() + START_LIMIT_MS;
  while (!(await answers(url))) {
    if (server.hasEnded() || Date.now() > limitMs) {
      await server.stop();
      throw new Error(`moto does not answer at ${url}; it wrote: ${server.output()}`);
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
    stop: server.stop,
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`)).ok;
  } catch {
    return false;
  }
}
