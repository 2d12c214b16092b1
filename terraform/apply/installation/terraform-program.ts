import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forProviderOf } from '../overlay.ts';
import type { RealParts } from '../real-parts.ts';

/** By whom a person's `terraform` is told what differs here. */
export const VARIABLES = { api: 'CLOAKROOM_INSTALLATION_API', provider: 'CLOAKROOM_INSTALLATION_PROVIDER' } as const;

/**
 * Writes a program `terraform` into a folder, which is to be first on the PATH. It is Terraform, but for two things that cannot be had on
 * this machine: where there is only an older AWS provider, the stack is made to fit it, as in all tests of `terraform apply`; and the
 * address of the API in the outputs is that of the local AWS, since nobody can reach the one in the emulated account.
 */
export function writeTerraformProgram(folder: string, { terraform: found, mirror }: RealParts): void {
  // By its path: the name alone would be this very program.
  const terraform = execFileSync('/bin/sh', ['-c', 'command -v "$0"', found], { encoding: 'utf8' }).trim();
  const edits = forProviderOf(mirror).map(({ edit }) => `-e '${edit}'`);
  const program = join(folder, 'terraform');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    program,
    `#!/bin/sh
case $1 in -chdir=*) folder=\${1#-chdir=} command=$2 ;; *) folder=. command=$1 ;; esac
stack="$folder/cdk.tf.json"
${edits.length === 0 ? ':' : `[ ! -f "$stack" ] || sed -i ${edits.join(' ')} "$stack"`}
case $command in
  output)
    printed=$('${terraform}' "$@") || exit $?
    printf '%s\\n' "$printed" | sed "s#https://[a-z0-9]*\\.execute-api\\.[a-z0-9-]*\\.amazonaws\\.com#$${VARIABLES.api}#"
    ;;
  plan | apply | show | destroy | refresh | import | validate)
    [ -z "$${VARIABLES.provider}" ] || export TF_REATTACH_PROVIDERS="$${VARIABLES.provider}"
    exec '${terraform}' "$@"
    ;;
  *) exec '${terraform}' "$@" ;;
esac
`,
  );
  chmodSync(program, 0o755);
}
