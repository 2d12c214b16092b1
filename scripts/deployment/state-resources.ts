import { isObject } from '@cloakroom/core';
import { type Tools, terraformProgram } from './tools.ts';

/** A resource that Terraform has in its state. */
export interface StateResource {
  /** `aws_dynamodb_table.sessions` */
  readonly address: string;
  readonly type: string;
  /** What `terraform import` takes. */
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Types whose resources hold what cannot be made again. */
const DATA = ['aws_cloudwatch_log_group', 'aws_dynamodb_table', 'aws_kms_key', 'aws_secretsmanager_secret'];
/** The key of the alarms' topic: what it encrypts is delivered at once. */
const HOLDS_NOTHING = ['aws_kms_key.alarms'];

/**
 * What Terraform has made in AWS, by its state, sorted by address. No lock is taken.
 *
 * @throws Error with what Terraform said
 * @see https://developer.hashicorp.com/terraform/internals/json-format#state-representation
 */
export function readStateResources(folder: string, tools: Pick<Tools, 'read'>): readonly StateResource[] {
  const state: unknown = JSON.parse(tools.read(terraformProgram(), ['show', '-json'], folder));
  const root = isObject(state) && isObject(state.values) ? state.values.root_module : undefined;
  const resources = isObject(root) && Array.isArray(root.resources) ? root.resources.filter(isObject) : [];
  return resources
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, type, values }) => {
      const known = isObject(values) ? values : {};
      return { address: String(address), type: String(type), id: String(known.id), values: known };
    })
    .sort((one, other) => (one.address < other.address ? -1 : 1));
}

/** Whether it holds what cannot be made again: tables, their keys, secrets and logs. */
export function holdsData({ address, type }: StateResource): boolean {
  return DATA.includes(type) && !HOLDS_NOTHING.includes(address);
}

/**
 * Of another account's resources Terraform would find none, and forget them all.
 *
 * @throws Error when a resource of the state is not in this account, by its ARN
 */
export function assertAccountOf(resources: readonly StateResource[], account: string): void {
  for (const { address, values } of resources) {
    const [, owner] = /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(String(values.arn)) ?? [];
    if (owner !== undefined && owner !== account) {
      throw new Error(
        `${address} in the state is of account ${owner}, and these credentials are of account ${account}: sign in to that one`,
      );
    }
  }
}
