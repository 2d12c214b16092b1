import { PutResourcePolicyCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import { isObject } from '@cloakroom/core';
import { type Dynamo, describeTable } from './table-copy.ts';
import { readPolicy } from './table-policy.ts';

/** Refused so often in a row, it is refused wherever DynamoDB is asked: policies reach its hosts one after the other. */
const REFUSALS = 5;
const PAUSE_MS = 3000;
const MAX_ATTEMPTS = 60;

/**
 * Nobody writes to the table any more, whatever their role allows: what is revoked from here on fails, and its caller knows, rather
 * than being lost. Reads go on, and so do active sessions. Returns when the table has refused a write several times.
 *
 * @throws Error when it goes on taking writes
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
 */
export async function freeze(world: Dynamo, name: string): Promise<void> {
  const table = await describeTable(world.dynamodb, name);
  if (table?.TableArn === undefined) return;
  const [{ AttributeName: sortKey = '' } = {}] = (table.KeySchema ?? []).filter(({ KeyType }) => KeyType === 'RANGE');
  const theirs = (await readPolicy(world.dynamodb, table.TableArn)) ?? [];
  const Statement = [
    ...theirs.filter((statement) => !isObject(statement) || statement.Sid !== SID),
    denyingWrites(table.TableArn),
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: table.TableArn, Policy }));
  for (let [attempts, refusals] = [1, 0]; refusals < REFUSALS; attempts += 1) {
    refusals = (await isRefused(world.dynamodb, name, sortKey)) ? refusals + 1 : 0;
    if (attempts >= MAX_ATTEMPTS) throw new Error(`${name} still takes writes, minutes after its policy denies them`);
    if (refusals < REFUSALS) await world.sleep(PAUSE_MS);
  }
}

/** Which statement is ours. */
const SID = 'RestoredElsewhere';

function denyingWrites(tableArn: string) {
  return {
    Sid: SID,
    Effect: 'Deny',
    Principal: '*',
    Action: [
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:PartiQLDelete',
      'dynamodb:PartiQLInsert',
      'dynamodb:PartiQLUpdate',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    Resource: tableArn,
  };
}

/** By a write that changes nothing where it is taken. It must be this policy that refuses it, and not what we ourselves may do. */
async function isRefused(dynamodb: DynamoDb, TableName: string, sortKey: string): Promise<boolean> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { user_key: { S: 'RESTORE#probe' }, [sortKey]: { S: 'PROBE' } },
        UpdateExpression: 'SET probed = :yes',
        ConditionExpression: 'attribute_exists(user_key)',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'ConditionalCheckFailedException') return false;
    if (error.name === 'AccessDeniedException' && error.message.includes('explicit deny in a resource-based policy'))
      return true;
    throw error;
  }
  return false;
}
