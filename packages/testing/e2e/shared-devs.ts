import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Dev, type DevPlace, startDev } from './run-dev.ts';

/** Where a test file finds one of them, and the file with what it has printed. */
export interface SharedPlace extends DevPlace {
  readonly terminal: string;
}

/** Every `scripts/dev` that several test files use, one after the other or at once; each starts when the first wants it. */
interface SharedDevs {
  /** Answers `POST {"key", "args"}` with its `SharedPlace`: the same for the same key. */
  readonly url: string;
  /** Ends them all; fails when one does not end as it should. */
  stop(): Promise<void>;
}

export async function startSharedDevs(): Promise<SharedDevs> {
  const running = new Map<string, Promise<Dev>>();

  async function devOf(key: string, args: readonly string[]): Promise<Dev> {
    const known = running.get(key) ?? startDev({ args });
    running.set(key, known);
    return known;
  }

  const server = createServer(async (request, response) => {
    try {
      const { key, args } = JSON.parse(await text(request)) as { key: string; args: readonly string[] };
      const isNew = !running.has(key);
      const dev = await devOf(key, args);
      const terminal = join(dev.dataDir, 'terminal.log');
      if (isNew) keepOutput(dev, terminal);
      const { api, aws, provider, dataDir } = dev;
      response.end(JSON.stringify({ api, aws, provider, dataDir, terminal } satisfies SharedPlace));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      const codes = await Promise.all([...running.values()].map(async (starting) => (await starting).stop()));
      if (codes.some((code) => code !== 0)) throw new Error(`scripts/dev ended with ${codes.join(', ')}`);
    },
  };
}

function keepOutput(dev: Dev, file: string): void {
  writeFileSync(file, dev.output());
  for (const stream of [dev.process.stdout, dev.process.stderr]) {
    stream?.on('data', (chunk: Buffer) => appendFileSync(file, chunk));
  }
}
