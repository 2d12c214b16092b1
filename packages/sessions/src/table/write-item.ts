import {
  DeleteItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ItemKey } from './item-key.ts';
import { type SessionTable, toItem } from './table.ts';
import { answerIn, type WriteRefusal } from './write-refusal.ts';

export type WriteOutcome = 'written' | WriteRefusal;

type Table = Pick<SessionTable, 'dynamodb' | 'table'>;
type Conditional<I> = Omit<I, 'TableName'> & { readonly ConditionExpression: string };

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
    return answerIn(error);
  }
}
