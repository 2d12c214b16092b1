import type { PlannedChange } from '../plan/planned-changes.ts';

/** What a second plan changes though nothing was changed, because the emulator tells a thing in other words than AWS. */
interface KnownDifference {
  readonly address: string;
  readonly arguments: readonly string[];
  readonly reason: string;
}

const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    address: 'aws_lambda_event_source_mapping.changes',
    arguments: ['function_name'],
    reason: 'moto answers the ARN of the version that the alias points at; AWS answers that of the alias',
  },
  {
    address: 'aws_lambda_event_source_mapping.events',
    arguments: ['function_name'],
    reason: 'moto answers the ARN of the version that the alias points at; AWS answers that of the alias',
  },
];

/** What a second plan is to be, exactly. */
export const SECOND_PLAN: readonly PlannedChange[] = KNOWN_DIFFERENCES.map(({ address, arguments: names }) => ({
  address,
  type: address.split('.')[0] ?? '',
  action: 'update',
  arguments: names,
}));

/** The changes of a plan that are not among the known differences. */
export function withoutKnownDifferences(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  return changes.filter(({ address, action, arguments: names }) => {
    const known = KNOWN_DIFFERENCES.find((difference) => difference.address === address);
    return known === undefined || action !== 'update' || names.some((name) => !known.arguments.includes(name));
  });
}
