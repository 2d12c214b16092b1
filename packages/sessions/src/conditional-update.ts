import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { SessionTable } from './table.ts';

/** `refused`: the condition did not hold. `lost_race`: a transaction was at the item just then, and nothing is known. */
export type UpdateOutcome = 'updated' | 'refused' | 'lost_race';

/** The errors that are answers. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors */
const ANSWERS: ReadonlyMap<string, UpdateOutcome> = new Map([
  ['ConditionalCheckFailedException', 'refused'],
  ['TransactionConflictException', 'lost_race'],
] as const);

/** Updates one item under a condition. @throws the AWS error for everything else that goes wrong */
export async function updateItem(
  { dynamodb, table }: Pick<SessionTable, 'dynamodb' | 'table'>,
  update: Omit<UpdateItemCommandInput, 'TableName'> & { readonly ConditionExpression: string },
): Promise<UpdateOutcome> {
  try {
    await dynamodb.send(new UpdateItemCommand({ TableName: table, ...update }));
    return 'updated';
  } catch (error) {
    const outcome = error instanceof Error ? ANSWERS.get(error.name) : undefined;
    if (outcome === undefined) throw error;
    return outcome;
  }
}
