import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@cloakroom/local';
import { builtInUser, localToken } from '@cloakroom/local/token';

const ROOT = join(import.meta.dirname, '../..');

/** `scripts/dev`, on ports and a data directory of its own. */
export interface RunningDev {
  readonly api: string;
  readonly aws: string;
  /** Of the process that all others of it descend from. */
  readonly pid: number;
  /** An access token of a new sign-in. */
  tokenOf(user: string): Promise<string>;
  stop(): Promise<void>;
}

/** @throws Error when it ends before it is ready, with what it said */
export async function startDev(dataDir: string): Promise<RunningDev> {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const [api, aws, provider] = ports;
  const args = ['--port', api, '--aws-port', aws, '--idp-port', provider, '--data-dir', dataDir].map(String);
  const child = spawn(join(ROOT, 'scripts/dev'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-4000);
        if (/^ready/m.test(said)) resolve();
      });
    }
    child.once('error', reject);
    void closed.then(([code]) => reject(new Error(`scripts/dev ended (${code}): ${said}`)));
  });
  await ready;
  return {
    api: `http://127.0.0.1:${api}`,
    aws: `http://127.0.0.1:${aws}`,
    pid: child.pid ?? Number.NaN,
    async tokenOf(user) {
      const person = builtInUser(`http://localhost:${provider}`, { dataDir, user });
      return (await localToken(person, { newLogin: true })).accessToken;
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
