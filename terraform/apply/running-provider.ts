import { globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess } from '@cloakroom/local';
import { startSchemaFilter } from './schema-filter.ts';

const START_LIMIT_MS = 60_000;
const REATTACH = /TF_REATTACH_PROVIDERS='([^']+)'/;

/** The AWS provider that Terraform has installed, as a process that outlives the runs of Terraform. */
export interface RunningProvider {
  /** By which Terraform finds it, instead of starting one for each run. */
  readonly variables: Readonly<Record<string, string>>;
  kill(): void;
}

/**
 * Starts the provider of a folder in which `terraform init` has run, behind a filter of its schema. To start it takes as much of the machine as a small plan does, so
 * tests with many runs have one for all. It is for stacks with one configuration of the provider: by this way Terraform tells the last one alone.
 *
 * @param more of its environment: where AWS is, where the stack does not say it
 * @throws Error with what it wrote, when it does not say within a minute where it listens
 * @see https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 */
export async function startProvider(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningProvider> {
  // What is installed from a mirror is a link, which a pattern of files does not follow.
  const [installed = '.'] = globSync('.terraform/providers/*/hashicorp/aws/*/*', { cwd: folder });
  const name = readdirSync(join(folder, installed)).find((file) => file.startsWith('terraform-provider-aws'));
  if (name === undefined) throw new Error(`there is no AWS provider in ${folder}: run init first`);
  // The second configuration of one process fails over a bundle of certificates, and the emulator is asked without TLS.
  const variables = { AWS_CA_BUNDLE: '', GOGC: '800', GOMEMLIMIT: '1GiB', ...more };
  const server = startServerProcess([join(folder, installed, name), '-debug'], variables, folder);
  const limitMs = Date.now() + START_LIMIT_MS;
  for (;;) {
    const [, reattach] = REATTACH.exec(server.output()) ?? [];
    if (reattach !== undefined) return filtered(reattach, server.kill);
    if (server.hasEnded() || Date.now() > limitMs) {
      await server.stop();
      throw new Error(`the AWS provider does not say where it listens; it wrote: ${server.output()}`);
    }
    await sleep(50);
  }
}

/** The provider behind a filter of its schema. Its socket is in what it tells, and the filter's stands beside it. */
async function filtered(reattach: string, killProvider: () => void): Promise<RunningProvider> {
  const [, socket] = /"String":"([^"]+)"/.exec(reattach) ?? [];
  if (socket === undefined) throw new Error(`the AWS provider tells no socket: ${reattach}`);
  const endFilter = await startSchemaFilter(socket, `${socket}f`);
  return {
    variables: { TF_REATTACH_PROVIDERS: reattach.replace(socket, `${socket}f`) },
    kill() {
      killProvider();
      endFilter();
    },
  };
}
