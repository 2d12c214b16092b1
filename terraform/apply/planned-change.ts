import { isDeepStrictEqual } from 'node:util';
import { actionOf, type PlannedAction } from '../plan/planned-changes.ts';

/** A line of `terraform plan -json`. */
interface PlanLine {
  readonly type: string;
  readonly change: {
    readonly resource: { readonly addr: string; readonly resource_type: string };
    readonly action: string;
  };
  /** In the last line: how many resources a plan changes, each of which has a line of its own. */
  readonly changes: { readonly add: number; readonly change: number; readonly remove: number };
}

/**
 * The actions of a plan, as `terraform plan -json` tells them.
 *
 * @throws Error when they are not as many as Terraform counts
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui#planned-change
 */
export function readActions(output: string): readonly PlannedAction[] {
  const lines = output.trim().split('\n');
  const told = lines.map((line) => JSON.parse(line) as PlanLine);
  const planned = told.filter(({ type }) => type === 'planned_change');
  const actions = planned.flatMap(({ change: { resource, action } }) => {
    const known = action === 'replace' ? action : actionOf([action]);
    return known === undefined ? [] : [{ address: resource.addr, type: resource.resource_type, action: known }];
  });
  const counted = told.find(({ type }) => type === 'change_summary')?.changes;
  const count = (...kinds: readonly string[]) => actions.filter(({ action }) => kinds.includes(action)).length;
  const found = { add: count('create', 'replace'), change: count('update'), remove: count('delete', 'replace') };
  if (!isDeepStrictEqual(found, { add: counted?.add, change: counted?.change, remove: counted?.remove }))
    throw new Error(`Terraform counts ${JSON.stringify(counted)}, and tells ${JSON.stringify(found)}`);
  return actions;
}

/** What holds data, or what others know by its identity. */
const PROTECTED = [
  'aws_apigatewayv2_domain_name',
  'aws_dynamodb_table',
  'aws_kms_key',
  'aws_sqs_queue',
  'aws_iam_role',
  'aws_security_group',
];

/** The changes that destroy or replace a table, a key, a queue, a role or a security group, as `<action> <address>`, in order. */
export function protectedChanges(changes: readonly PlannedAction[]): readonly string[] {
  return changes
    .filter(({ type, action }) => PROTECTED.includes(type) && (action === 'delete' || action === 'replace'))
    .map(({ action, address }) => `${action} ${address}`)
    .toSorted();
}
