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

/** API, AWS endpoint, provider. */
export type Ports = readonly [api: number, aws: number, provider: number];

export async function freePorts(): Promise<Ports> {
  return [await freePort(), await freePort(), await freePort()];
}

/**
 * A start on the ports of the one before, with its data, is a second start: on others the stack is synthesized anew.
 *
 * @throws Error when it ends before it is ready, with what it said
 */
export async function startDev(dataDir: string, ports?: Ports): Promise<RunningDev> {
  const [api, aws, provider] = ports ?? (await freePorts());
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
