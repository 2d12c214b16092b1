import { randomUUID } from 'node:crypto';
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { failedSteps } from './cancellation.ts';
import type { SessionTable } from './table.ts';

/** The purpose of each write of a transaction. The reason of a cancellation is told by this name. */
type StepName =
  | 'session'
  | 'data'
  | 'tokens'
  | 'login_not_ended'
  | 'sid_not_burnt'
  | 'sid_not_ended'
  | 'user'
  | 'ended_session'
  | 'ended_data'
  | 'ended_tokens'
  | 'end_marker';

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
 * @throws DependencyUnavailableError when it was cancelled by throttling
 * @throws the AWS error for every other reason that is neither a failed condition nor a conflict
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
    return { committed: false, failed: failedSteps(error, steps) };
  }
}
