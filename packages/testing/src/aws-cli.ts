import { execFileSync } from 'node:child_process';

/** Whether there is an AWS CLI. It is not part of the product: where it is missing, what needs it is reported as skipped. */
export function awsCliIsInstalled(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
