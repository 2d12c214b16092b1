import {
  DeleteItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ItemKey } from './item-key.ts';
import { type SessionTable, toItem } from './table.ts';

/** `refused`: the condition did not hold. `lost_race`: a transaction held the item, and nothing was written. */
export type WriteOutcome = 'written' | 'refused' | 'lost_race';

type Table = Pick<SessionTable, 'dynamodb' | 'table'>;
type Conditional<I> = Omit<I, 'TableName'> & { readonly ConditionExpression: string };

/** Errors of AWS that are answers. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors */
const ANSWERS: ReadonlyMap<string, WriteOutcome> = new Map([
  ['ConditionalCheckFailedException', 'refused'],
  ['TransactionConflictException', 'lost_race'],
] as const);

/** Updates one item under a condition. @throws the AWS error for everything else that goes wrong */
export function updateItem(
  { dynamodb, table }: Table,
  update: Conditional<UpdateItemCommandInput>,
): Promise<WriteOutcome> {
  return outcomeOf(dynamodb.send(new UpdateItemCommand({ TableName: table, ...update })));
}

/** Puts one item under a condition. @throws the AWS error for everything else that goes wrong */
export function putItem({ dynamodb, table }: Table, put: Conditional<PutItemCommandInput>): Promise<WriteOutcome> {
  return outcomeOf(dynamodb.send(new PutItemCommand({ TableName: table, ...put })));
}

/** Deletes one item, whatever it is by now. @throws the AWS error for everything that goes wrong */
export function deleteItem({ dynamodb, table }: Table, key: ItemKey): Promise<WriteOutcome> {
  return outcomeOf(dynamodb.send(new DeleteItemCommand({ TableName: table, Key: toItem(key) })));
}

async function outcomeOf(writing: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await writing;
    return 'written';
  } catch (error) {
    const outcome = error instanceof Error ? ANSWERS.get(error.name) : undefined;
    if (outcome === undefined) throw error;
    return outcome;
  }
}
