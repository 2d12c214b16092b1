import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@cloakroom/local';

/** `scripts/dev` of a copy of the repository. */
export interface LocalApi {
  readonly api: string;
  readonly aws: string;
  /** Where its provider listens, for scripts/token. */
  readonly providerPort: number;
  stop(): Promise<void>;
}

/**
 * Starts it, as a person does, on ports of its own.
 *
 * @throws Error with what it printed, when it ends instead
 */
export async function startLocalApi(copy: string, env: NodeJS.ProcessEnv): Promise<LocalApi> {
  const [apiPort, awsPort, providerPort] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--port', apiPort, '--aws-port', awsPort, '--idp-port', providerPort].map(String);
  const child = spawn(join(copy, 'scripts/dev'), ports, { env });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/^ready/m.test(output)) resolve();
      });
    }
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`scripts/dev ended with ${code}:\n${output}`)));
  });
  return {
    api: `http://127.0.0.1:${apiPort}`,
    aws: `http://127.0.0.1:${awsPort}`,
    providerPort,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}
