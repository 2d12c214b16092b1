import { setTimeout } from 'node:timers/promises';
import { AwsError } from '../../base/aws-error.ts';
import { OngoingTransactions } from '../../dynamodb/ongoing-transactions.ts';
import { fromDynamoDbLocal, toDynamoDbLocal } from '../../dynamodb/stream-arns.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { inputOf, jsonError, operationOf } from '../json-protocol.ts';
import { createPassOn } from '../pass-on.ts';
import { dynamoDbAccesses, type KnownTables } from './dynamodb-accesses.ts';
import { assertStartKey } from './start-key.ts';

/** Operations whose requests or answers carry ARNs; the others are on every function's way and pass as they are. */
const WITH_ARNS = /^(?:DynamoDBStreams_\d+\..*|DynamoDB_\d+\.(?:Create|Delete|Describe|Update)(?:Table|TimeToLive))$/;

export interface DynamoDbServiceOptions extends KnownTables {
  /** Of DynamoDB Local. */
  readonly origin: string;
  /** How long a transaction takes at least, and so how long others meet it. */
  readonly transactionWindowMs: number;
}

/** Passes DynamoDB and its streams on to DynamoDB Local, and refuses what would meet a transaction on AWS. */
export function dynamoDbService(options: DynamoDbServiceOptions): AwsService {
  const { origin, keysOf, transactionWindowMs } = options;
  const passOn = withConflicts(createPassOn(origin), new OngoingTransactions(keysOf), transactionWindowMs);
  return {
    accesses: (request) => dynamoDbAccesses(operationOf(request), request, options),
    formatError: jsonError,
    async handle(request) {
      assertStartKey(request, keysOf);
      if (!WITH_ARNS.test(String(request.headers['x-amz-target']))) return passOn(request);
      return withRegion(await passOn({ ...request, body: localBody(request) }), request.region);
    },
  };
}

/** Operations that can meet a transaction; the others are not read. */
const CAN_CONFLICT = /^DynamoDB_\d+\.(?:Transact.*|BatchWriteItem|(?:Put|Update|Delete)Item)$/;

type Handle = (request: AwsRequest) => Promise<AwsResponse>;

function withConflicts(handle: Handle, transactions: OngoingTransactions, windowMs: number): Handle {
  return async (request) => {
    if (!CAN_CONFLICT.test(String(request.headers['x-amz-target']))) return handle(request);
    const operation = operationOf(request);
    const beginning = transactions.begin(operation, inputOf(request));
    if ('refusal' in beginning) {
      const { code, message, reasons } = beginning.refusal;
      throw new AwsError(code, message, 400, reasons === undefined ? {} : { CancellationReasons: reasons });
    }
    let hasSucceeded = false;
    try {
      const atLeast = operation === 'TransactWriteItems' ? setTimeout(windowMs) : undefined;
      const [response] = await Promise.all([handle(request), atLeast]);
      hasSucceeded = response.status === 200;
      return response;
    } finally {
      beginning.end(hasSucceeded);
    }
  };
}

function localBody({ body, region }: AwsRequest): Buffer {
  return Buffer.from(toDynamoDbLocal(body.toString(), region));
}

function withRegion(response: AwsResponse, region: string): AwsResponse {
  // The check sum is of the body as it was.
  const { 'x-amz-crc32': _, ...headers } = response.headers;
  return { ...response, headers, body: fromDynamoDbLocal(response.body.toString(), region) };
}
