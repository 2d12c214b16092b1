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
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: { readonly id?: string };
  };
}

/**
 * The changes of a plan, without those that change nothing.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export function readChanges(plan: unknown): readonly PlannedChange[] {
  return resourcesOf(plan).flatMap(({ address, type, change }) => {
    const action = actionOf(change.actions);
    return action === undefined ? [] : [{ address, type, action, arguments: changedArguments(change) }];
  });
}

/** What the plan takes into the state, though others made it: addresses, with their ids in AWS. */
export function readAdoptions(plan: unknown): readonly { readonly address: string; readonly id: string }[] {
  return resourcesOf(plan).flatMap(({ address, change: { importing } }) =>
    importing === undefined ? [] : [{ address, id: importing.id ?? '' }],
  );
}

/** The arguments that force a resource to be replaced; none where none is. */
export function replacedFor(plan: unknown, address: string): readonly string[] {
  const found = resourcesOf(plan).find((one) => one.address === address);
  return [...new Set((found?.change.replace_paths ?? []).map((path) => path.join('.')))];
}

/** Whether an apply would do anything, were it to note an output. Older versions do not say, and then it might. */
export function isApplyable(plan: unknown): boolean {
  return (plan as { applyable?: boolean }).applyable !== false;
}

export function actionOf(actions: readonly string[]): PlannedAction['action'] | undefined {
  if (actions.length === 2) return 'replace';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'delete' ? action : undefined;
}

function resourcesOf(plan: unknown): readonly ResourceChange[] {
  return (plan as { resource_changes?: readonly ResourceChange[] }).resource_changes ?? [];
}

function changedArguments({ before, after, after_unknown: unknown }: ResourceChange['change']): readonly string[] {
  if (before === null || after === null) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...names].filter((name) => unknown[name] === true || !isDeepStrictEqual(before[name], after[name])).sort();
}
