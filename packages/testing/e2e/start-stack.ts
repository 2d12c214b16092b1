import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Local, type LocalOptions, startLocal } from '@cloakroom/local';

const run = promisify(execFile);
const SCRIPTS = join(import.meta.dirname, '../../../scripts');

interface StackOptions extends Pick<LocalOptions, 'admit' | 'startProvider' | 'dataDir' | 'metricsAheadMs'> {
  readonly ports: LocalOptions['ports'];
  /** Of the bundles. */
  readonly distDir: string;
  /** For `scripts/synth local`. */
  readonly overlay: readonly string[];
  /** Changes what was synthesized. */
  readonly adapt?: (stackFile: string) => void;
}

/** Synthesizes a stack and runs it in this process. The folder of its data goes with it. */
export async function startStack({ distDir, overlay, adapt, ...options }: StackOptions): Promise<Local> {
  const { dataDir } = options;
  const stackDir = join(dataDir, 'stack');
  await runScript('synth.ts', 'local', '--out', stackDir, '--dist', distDir, ...overlay);
  const stackFile = join(stackDir, 'cdk.tf.json');
  adapt?.(stackFile);
  const faults: unknown[] = [];
  const onError = (error: unknown) => faults.push(error);
  const local = await startLocal({ ...options, stackFile, fresh: false, maxEnvironments: 3, onError });
  return {
    ...local,
    async stop() {
      await local.stop();
      rmSync(dataDir, { recursive: true, force: true });
      if (faults.length > 0) throw new AggregateError(faults, 'the local AWS had faults of its own');
    },
  };
}

/** A program of `scripts/`, with the environment of a person at a terminal. */
export async function runScript(file: string, ...args: readonly string[]): Promise<void> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(SCRIPTS, file), ...args], { env });
}
