import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { REGION } from './attachment-changes.ts';

const DOCTOR = join(resolve(import.meta.dirname, '../..'), 'scripts/doctor');

/** How a run of scripts/doctor ended. */
export interface Diagnosis {
  readonly code: number;
  readonly stdout: string;
  /** Without the lines that tell how long it takes. */
  readonly stderr: string;
}

/** Runs scripts/doctor as people do, with an emulated account in the place of AWS. */
export async function runDoctor(endpoint: string, args: readonly string[]): Promise<Diagnosis> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(DOCTOR, args, { env, maxBuffer: 2 ** 24 });
    return { code: 0, stdout, stderr: withoutProgress(stderr) };
  } catch (error) {
    const { code, stdout, stderr } = error as Diagnosis;
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr: withoutProgress(stderr) };
  }
}

/** The findings of `--json`, by what each is about: its code and its place. */
export function findingsIn({
  stdout,
}: Diagnosis): readonly { readonly code: string; readonly where: string; readonly next: string }[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"code"'))
    .map((line) => JSON.parse(line) as { code: string; where: string; next: string });
}

function withoutProgress(text: string): string {
  return text.replaceAll(/^cloakroom: still looking at .*\n/gm, '');
}
