import * as v from 'valibot';
import { validationError } from '../../base/aws-error.ts';
import type { KeysOf } from '../../dynamodb/ongoing-transactions.ts';
import type { AwsRequest } from '../aws-service.ts';
import { inputOf } from '../json-protocol.ts';

const READS_ON = /^DynamoDB_\d+\.(?:Query|Scan)$/;

const startSchema = v.object({
  TableName: v.string(),
  ExclusiveStartKey: v.record(v.string(), v.union([v.object({ S: v.string() }), v.object({ N: v.string() })])),
});

const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/**
 * Refuses to read on after a key that no item can have: its partition key has over 2,048 bytes, or its sort key over 1,024.
 * DynamoDB Local knows these limits everywhere else.
 *
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
 */
export function assertStartKey(request: AwsRequest, keysOf: KeysOf): void {
  if (!READS_ON.test(String(request.headers['x-amz-target']))) return;
  const result = v.safeParse(startSchema, inputOf(request));
  if (!result.success) return; // there is none, or it is for DynamoDB Local to refuse
  const { TableName, ExclusiveStartKey } = result.output;
  const [partitionKey, sortKey] = (keysOf(TableName) ?? []).map((name) => bytesOf(ExclusiveStartKey[name]));
  if (partitionKey !== undefined && partitionKey > MAX_PARTITION_KEY_BYTES) {
    throw refusal(`Size of hashkey has exceeded the maximum size limit of${MAX_PARTITION_KEY_BYTES} bytes`);
  }
  if (sortKey !== undefined && sortKey > MAX_SORT_KEY_BYTES) {
    throw refusal(`Aggregated size of all range keys has exceeded the size limit of ${MAX_SORT_KEY_BYTES} bytes`);
  }
}

/** Numbers are far below any limit. */
function bytesOf(value: object | undefined): number {
  return value !== undefined && 'S' in value ? Buffer.byteLength(String(value.S)) : 0;
}

/** In the words of AWS. */
function refusal(problem: string) {
  return validationError(`The provided starting key is invalid: One or more parameter values were invalid: ${problem}`);
}
