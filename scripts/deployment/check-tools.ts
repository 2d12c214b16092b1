import { isObject } from '@cloakroom/core';
import { type Tools, terraformProgram } from './tools.ts';

/** Locks of a state in S3 without a table, and variables that are checked against each other. */
const OLDEST = [1, 10] as const;

/**
 * Looks for the programs that a deployment takes, before anything else is done.
 *
 * @throws Error saying which is missing or too old, and where it is to be had
 */
export function checkTools({ read }: Pick<Tools, 'read'>): void {
  const program = terraformProgram();
  const version = attempt(
    () => versionOf(read(program, ['version', '-json'], process.cwd())),
    `${program} cannot be run: install Terraform ${OLDEST.join('.')} or newer (https://developer.hashicorp.com/terraform/install), or name it, or OpenTofu's tofu, in TERRAFORM_BIN`,
  );
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Error(
      `${program} is ${version || 'of an unknown version'}, and ${OLDEST.join('.')} or newer is needed: it locks the state in S3. Another one can be named in TERRAFORM_BIN`,
    );
  }
  attempt(
    () => read('aws', ['--version'], process.cwd()),
    'the AWS CLI cannot be run: install it (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)',
  );
}

function attempt(work: () => string, message: string): string {
  try {
    return work();
  } catch (cause) {
    throw new Error(message, { cause });
  }
}

/** OpenTofu calls its own version so too. */
function versionOf(printed: string): string {
  const told: unknown = JSON.parse(printed);
  return isObject(told) && typeof told.terraform_version === 'string' ? told.terraform_version : '';
}
