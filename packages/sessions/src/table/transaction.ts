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
  | 'ended_web'
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
 * Writes all steps or none, but for the items of web sessions: where nothing else is in the way than that one is gone or somebody
 * else's by now, the rest is written without it.
 *
 * @throws DependencyUnavailableError when it was cancelled by throttling
 * @throws the AWS error for every other reason that is neither a failed condition nor a conflict
 */
export async function runTransaction(
  table: Pick<SessionTable, 'dynamodb'>,
  steps: readonly Step[],
): Promise<TransactionOutcome> {
  const writable = steps.filter(isFirstOfItem);
  const failed = await tryToWrite(table, writable);
  if (failed === undefined) return { committed: true };
  const isWebAlone = failed.length > 0 && failed.every(isOfWeb);
  if (isWebAlone)
    return runTransaction(
      table,
      steps.filter((step) => !failed.includes(step)),
    );
  return { committed: false, failed: failed.map(({ name }) => name) };
}

function isOfWeb({ name }: Step): boolean {
  return name === 'ended_web';
}

/** A transaction names an item once. Two entries of a user name one web session if an app has written them so. */
function isFirstOfItem(step: Step, at: number, steps: readonly Step[]): boolean {
  const itemOf = ({ write }: Step) => write.Update?.Key?.user_key?.S;
  return !isOfWeb(step) || steps.findIndex((other) => isOfWeb(other) && itemOf(other) === itemOf(step)) === at;
}

/** The steps that were in the way; undefined when all are written. */
async function tryToWrite(
  { dynamodb }: Pick<SessionTable, 'dynamodb'>,
  steps: readonly Step[],
): Promise<readonly Step[] | undefined> {
  const command = new TransactWriteItemsCommand({
    TransactItems: steps.map(({ write }) => write),
    // The same for every retry of this request by the SDK: a lost answer does not make it a second transaction.
    ClientRequestToken: randomUUID(),
  });
  try {
    await dynamodb.send(command);
    return undefined;
  } catch (error) {
    return failedSteps(error, steps);
  }
}
