import { isObject } from '@cloakroom/core';
import type { DynamoDbItems, DynamoDbWrites } from '../items.ts';
import { DYNAMODB_TIMEOUT_MS } from '../limits.ts';
import { AwsError, UnreadableAnswerError } from './errors.ts';
import { createSignedClient, type Service, type SignedClientOptions } from './signed-client.ts';
import type { Answer } from './transport.ts';

const DYNAMODB: Service = {
  client: 'DynamoDBClient',
  signingName: 'dynamodb',
  contentType: 'application/x-amz-json-1.0',
  requestTimeoutMs: DYNAMODB_TIMEOUT_MS,
  errorOf,
};

/** One operation, by its name in the API. The answer is taken for what the API promises. */
export type AskDynamoDb = <T>(operation: string, input: object) => Promise<T>;

/**
 * DynamoDB without the SDK. Like the SDK's JavaScript client, and unlike others of AWS, it does not check `x-amz-crc32`:
 * TLS does that.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function createLeanDynamoDb(options: SignedClientOptions): AskDynamoDb {
  const { call } = createSignedClient(DYNAMODB, options);
  return <T>(operation: string, input: object) => {
    const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    return call({ headers, body: JSON.stringify(input), input, read: (body) => parsed(body) as T });
  };
}

export function leanItems(ask: AskDynamoDb): DynamoDbItems & DynamoDbWrites {
  return {
    getItem: (input) => ask('GetItem', input),
    query: (input) => ask('Query', input),
    updateItem: (input) => ask('UpdateItem', input),
    batchGetItem: (input) => ask('BatchGetItem', input),
    async putItem(input) {
      await ask('PutItem', input);
    },
    async deleteItem(input) {
      await ask('DeleteItem', input);
    },
  };
}

/** An answer of DynamoDB is an object; `Item` is absent where there is none. */
function parsed(body: string): object {
  const value = jsonOf(body);
  if (isObject(value)) return value;
  throw new UnreadableAnswerError('not a JSON object');
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** `__type` has a namespace before its `#`. */
function errorOf({ status, headers, body }: Answer): AwsError {
  const answer = jsonOf(body);
  const said = isObject(answer) ? answer : {};
  const type = String(said.__type ?? headers['x-amzn-errortype'] ?? 'UnknownError');
  const name = type.slice(type.lastIndexOf('#') + 1);
  const message = String(said.message ?? said.Message ?? `DynamoDB answered ${status}`);
  const metadata = { httpStatusCode: status, requestId: String(headers['x-amzn-requestid'] ?? '') };
  const { CancellationReasons } = said;
  return Object.assign(
    new AwsError(name, message, metadata),
    CancellationReasons === undefined ? {} : { CancellationReasons },
  );
}
