import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '../table/table.ts';
import { answerIn, type WriteRefusal } from '../table/write-refusal.ts';
import type { WebTable } from './web-table.ts';

/** `old`: what was asked for of the item as it was. */
export type Written = { readonly old: Item };

/** Updates one item under a condition, over the port. @throws the AWS error for everything else that goes wrong */
export async function writeItem(
  { items, table }: Pick<WebTable, 'items' | 'table'>,
  update: Omit<UpdateItemCommandInput, 'TableName'> & { readonly ConditionExpression: string },
): Promise<Written | WriteRefusal> {
  try {
    const { Attributes = {} } = await items.updateItem({ TableName: table, ReturnValues: 'NONE', ...update });
    return { old: Attributes };
  } catch (error) {
    return answerIn(error);
  }
}
