import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { SessionTable } from './table.ts';

/** What each write of a transaction is there for: so that the reason of a cancellation has a name. */
export type StepName = 'session' | 'data' | 'login_not_ended' | 'user' | 'ended_session' | 'ended_data' | 'end_marker';

export interface Step {
  readonly name: StepName;
  readonly write: TransactWriteItem;
}

/**
 * `failed`: the steps whose condition did not hold; none of them when the transaction only met another one.
 * Nothing is written unless it is committed.
 */
export type TransactionOutcome =
  | { readonly committed: true }
  | { readonly committed: false; readonly failed: readonly StepName[] };

/**
 * Writes all steps or none.
 *
 * @throws the AWS error for every reason of a cancellation that is neither a failed condition nor a conflict
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html); what was done then is not known
 */
export async function runTransaction(
  { dynamodb }: Pick<SessionTable, 'dynamodb'>,
  steps: readonly Step[],
): Promise<TransactionOutcome> {
  const command = new TransactWriteItemsCommand({
    TransactItems: steps.map(({ write }) => write),
    // The same for every retry of this request by the SDK: a lost answer does not make it a second transaction.
    ClientRequestToken: randomUUID(),
  });
  try {
    await dynamodb.send(command);
    return { committed: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    return { committed: false, failed: failedSteps(error, steps) };
  }
}

function failedSteps(error: TransactionCanceledException, steps: readonly Step[]): StepName[] {
  const reasons = error.CancellationReasons ?? [];
  if (reasons.length !== steps.length || !reasons.every(isLostRace)) throw error;
  return steps.filter((_, index) => reasons[index]?.Code === 'ConditionalCheckFailed').map(({ name }) => name);
}

/** Throttling, sizes, validation… are failures, not races, even when a condition has failed beside them. */
function isLostRace({ Code }: CancellationReason): boolean {
  return Code === 'None' || Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict';
}
