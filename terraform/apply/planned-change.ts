import { isDeepStrictEqual } from 'node:util';

/** What a plan does to one resource. */
export interface PlannedAction {
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
}

/** The same, and to which of its arguments. */
export interface PlannedChange extends PlannedAction {
  /** The arguments whose values differ, or are not known before the apply; empty for a creation and a deletion. */
  readonly arguments: readonly string[];
}

interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: Readonly<Record<string, unknown>>;
  };
}

/**
 * The changes of a plan, without those that change nothing.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export function readChanges(plan: unknown): readonly PlannedChange[] {
  const { resource_changes: changes = [] } = plan as { resource_changes?: readonly ResourceChange[] };
  return changes.flatMap(({ address, type, change }) => {
    const action = actionOf(change.actions);
    return action === undefined ? [] : [{ address, type, action, arguments: changedArguments(change) }];
  });
}

function actionOf(actions: readonly string[]): PlannedAction['action'] | undefined {
  if (actions.length === 2) return 'replace';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'delete' ? action : undefined;
}

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

function changedArguments({ before, after, after_unknown: unknown }: ResourceChange['change']): readonly string[] {
  if (before === null || after === null) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].filter((name) => unknown[name] === true || !isDeepStrictEqual(before[name], after[name])).sort();
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
