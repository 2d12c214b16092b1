/** `refused`: the condition did not hold. `lost_race`: a transaction held the item, and nothing was written. */
export type WriteRefusal = 'refused' | 'lost_race';

/** Errors of AWS that are answers. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors */
const ANSWERS: ReadonlyMap<string, WriteRefusal> = new Map([
  ['ConditionalCheckFailedException', 'refused'],
  ['TransactionConflictException', 'lost_race'],
] as const);

/** What the error of a single write tells. @throws the error itself for everything else that goes wrong */
export function answerIn(error: unknown): WriteRefusal {
  const answer = error instanceof Error ? ANSWERS.get(error.name) : undefined;
  if (answer === undefined) throw error;
  return answer;
}
