import type { Environment } from '../environments/environment.ts';

/**
 * The `terraform` block: which Terraform and which provider, and where the state is. `use_lockfile`, which needs 1.10,
 * locks the state in S3 itself. A local state lies beside cdk.tf.json: no path depends on this machine.
 */
export function terraformBlock({ state, name }: Environment): Readonly<Record<string, unknown>> {
  return {
    required_version: '>= 1.10',
    required_providers: { aws: { source: 'hashicorp/aws', version: '>= 6.25.0, < 7.0.0' } },
    backend: state.kind === 'local' ? { local: { path: 'terraform.tfstate' } } : { s3: s3Backend(state, name) },
  };
}

function s3Backend({ bucket, region }: { bucket: string; region: string }, name: string): object {
  return { bucket, region, key: `cloakroom/${name}/terraform.tfstate`, encrypt: true, use_lockfile: true };
}
