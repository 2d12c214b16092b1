import * as v from 'valibot';
import { AwsError, validationError } from '../../base/aws-error.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsAccess, AwsRequest } from '../aws-service.ts';
import { inputOf } from '../json-protocol.ts';

const inTable = v.object({ TableName: v.string() });
const batchSchema = v.object({ RequestItems: v.record(v.string(), v.unknown()) });
const streamSchema = v.object({ StreamArn: v.string() });

/** A transaction needs the action of each of its items; there is no action for the transaction. */
const ACTION_OF_ITEM = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
} as const;
const itemKinds = v.picklist(['ConditionCheck', 'Delete', 'Get', 'Put', 'Update']);
const transactionSchema = v.object({ TransactItems: v.array(v.record(itemKinds, inTable)) });

/**
 * The IAM actions and resources of a DynamoDB operation.
 * PartiQL is refused: which items it touches stands in a statement that is not read here.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamoDbAccesses(
  operation: string,
  request: Pick<AwsRequest, 'body' | 'region'>,
): readonly AwsAccess[] {
  if (/Statement|ExecuteTransaction/.test(operation)) {
    throw new AwsError('UnknownOperationException', 'PartiQL is not run here');
  }
  const input = inputOf(request);
  const onTable = (action: string, table: string): AwsAccess => ({
    action: `dynamodb:${action}`,
    resource: table.startsWith('arn:')
      ? table
      : `arn:aws:dynamodb:${request.region}:${LOCAL_ACCOUNT_ID}:table/${table}`,
  });
  if (operation.startsWith('Transact')) {
    return itemsOf(input).map(([kind, { TableName }]) => onTable(ACTION_OF_ITEM[kind], TableName));
  }
  if (v.is(batchSchema, input)) return Object.keys(input.RequestItems).map((table) => onTable(operation, table));
  if (v.is(inTable, input)) return [onTable(operation, input.TableName)];
  const resource = v.is(streamSchema, input) ? input.StreamArn : '*';
  return [{ action: `dynamodb:${operation}`, resource }];
}

/** The items of a transaction by kind. @throws AwsError for anything whose actions cannot be told */
function itemsOf(input: unknown): [kind: keyof typeof ACTION_OF_ITEM, item: { TableName: string }][] {
  const result = v.safeParse(transactionSchema, input);
  if (!result.success) throw validationError('TransactItems is not a list of known items');
  return result.output.TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, of]): [keyof typeof ACTION_OF_ITEM, { TableName: string }] => [
      v.parse(itemKinds, kind),
      of,
    ]),
  );
}
