import { DependencyUnavailableError } from '@cloakroom/aws';

/**
 * What each reason of a cancellation means. Every other reason is a failure of ours.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
 */
const REASONS: ReadonlyMap<unknown, 'fine' | 'failed' | 'lost_race' | 'throttled'> = new Map([
  ['None', 'fine'],
  ['ConditionalCheckFailed', 'failed'],
  ['TransactionConflict', 'lost_race'],
  ['ProvisionedThroughputExceeded', 'throttled'],
  ['ThrottlingError', 'throttled'],
] as const);

/**
 * The steps of a cancelled transaction whose condition did not hold; none of them when it only met another one. The error is known by
 * its name, whichever client threw it.
 *
 * @throws DependencyUnavailableError when it was cancelled by throttling
 * @throws the error itself for every other reason that is neither a failed condition nor a conflict, and when it is no cancellation
 */
export function failedSteps<Step>(error: unknown, steps: readonly Step[]): readonly Step[] {
  const meanings = reasonsOf(error).map((code) => REASONS.get(code));
  if (meanings.length !== steps.length || meanings.includes(undefined)) throw error;
  if (meanings.includes('throttled')) throw new DependencyUnavailableError('DynamoDBClient', { cause: error });
  return steps.filter((_, index) => meanings[index] === 'failed');
}

/** The code of each reason. */
function reasonsOf(error: unknown): readonly unknown[] {
  const isCancellation = error instanceof Error && error.name === 'TransactionCanceledException';
  if (!isCancellation || !('CancellationReasons' in error)) throw error;
  const { CancellationReasons: reasons } = error;
  return Array.isArray(reasons) ? reasons.map((reason) => reason?.Code) : [];
}
