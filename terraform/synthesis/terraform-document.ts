import { ConfigurationError } from '@cloakroom/core';
import type { Adopted } from '../environments/adopted.ts';
import type { Environment } from '../environments/environment.ts';

/** One resource type after another: the arguments of each resource by its name. */
type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What is written to cdk.tf.json: Terraform's JSON syntax. */
export interface TerraformDocument {
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly resource: Resources;
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
  /** What AWS has already, and the state takes in. */
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

/** Every resource as `<type>.<name>`, sorted. */
export function addressesOf({ resource }: Pick<TerraformDocument, 'resource'>): readonly string[] {
  return Object.entries(resource)
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .sort();
}

/**
 * The stack with a block `import` for each: what exists is taken into the state, and not made anew. Terraform passes over those that
 * the state has already.
 *
 * @throws ConfigurationError naming every address that the stack does not have
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export function withImports(document: TerraformDocument, adopted: readonly Adopted[]): TerraformDocument {
  if (adopted.length === 0) return document;
  const known = new Set(addressesOf(document));
  const unknown = adopted.filter(({ address }) => !known.has(address));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map(
        ({ address, id }) =>
          `adopted.json: ${address} is not in the stack: take the line out, and ${id} stays in AWS without Terraform; or set again what made it`,
      ),
    );
  }
  return { ...document, import: adopted.map(({ address, id }) => ({ to: address, id })) };
}

/** Which Terraform, for `use_lockfile` and variables that are checked against each other, and which provider. */
export const REQUIREMENTS = {
  required_version: '>= 1.10',
  required_providers: { aws: { source: 'hashicorp/aws', version: '>= 6.25.0, < 7.0.0' } },
} as const;

/**
 * The `terraform` block: which Terraform and which provider, and where the state is. `use_lockfile`, which needs 1.10,
 * locks the state in S3 itself. A local state lies beside cdk.tf.json: no path depends on this machine.
 */
export function terraformBlock({ state, app, name }: Environment): Readonly<Record<string, unknown>> {
  return {
    ...REQUIREMENTS,
    backend:
      state.kind === 'local'
        ? { local: { path: 'terraform.tfstate' } }
        : { s3: s3Backend(state, `${app}/${name}/terraform.tfstate`) },
  };
}

function s3Backend({ bucket, region }: { bucket: string; region: string }, key: string): object {
  return { bucket, region, key, encrypt: true, use_lockfile: true };
}
