import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { terraformProgram } from '../deployment/tools.ts';

/**
 * What `terraform output -json` prints in a folder, or printed into a file.
 *
 * @throws Error with what to do, when it cannot be had
 */
export function readOutputs(folder: string, file: string | undefined): string {
  if (file !== undefined) {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new Error(`${file} cannot be read`, { cause: error });
    }
  }
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
  const { error, status, stdout, stderr } = spawnSync(terraformProgram(), ['output', '-json'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const where = relative(process.cwd(), folder);
  const instead = 'or give what terraform output -json printed elsewhere: --outputs FILE';
  if (error !== undefined)
    throw new Error(`terraform cannot be run in ${where}: install it, ${instead}`, { cause: error });
  if (status !== 0)
    throw new Error(`terraform output failed in ${where}: terraform init there, ${instead}\n${stderr.trim()}`);
  return stdout;
}
