import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDbItems, DynamoDbTransactions, DynamoDbWrites } from './items.ts';
import { DYNAMODB_TIMEOUT_MS } from './limits.ts';
import type { AwsSession } from './session.ts';
import { withToken } from './transactions.ts';

/** The SDK's client, as far as stores need it. */
export type DynamoDb = Pick<DynamoDBClient, 'send'>;

/** Apart from the session, so that functions which do without the SDK's client do not carry it. */
export function dynamodbFrom(aws: Pick<AwsSession, 'client'>): DynamoDBClient {
  return aws.client({ service: 'DynamoDB', Client: DynamoDBClient, requestTimeoutMs: DYNAMODB_TIMEOUT_MS });
}

/** The SDK's client as hot code takes it, for functions that have it anyway. */
export function sdkItems(dynamodb: DynamoDb): DynamoDbItems {
  return {
    getItem: (input) => dynamodb.send(new GetItemCommand(input)),
    query: (input) => dynamodb.send(new QueryCommand(input)),
    updateItem: (input) => dynamodb.send(new UpdateItemCommand(input)),
  };
}

/** The same, of what whoever stores many items asks for: apart, so that no other function carries these commands. */
export function sdkWrites(dynamodb: DynamoDb): DynamoDbWrites {
  return {
    batchGetItem: (input) => dynamodb.send(new BatchGetItemCommand(input)),
    async putItem(input) {
      await dynamodb.send(new PutItemCommand(input));
    },
    async deleteItem(input) {
      await dynamodb.send(new DeleteItemCommand(input));
    },
  };
}

/** The same, for whoever changes several items as one, or reads whole tables. */
export function sdkTransactions(dynamodb: DynamoDb): DynamoDbTransactions {
  return {
    async transactWriteItems(input) {
      await dynamodb.send(new TransactWriteItemsCommand(withToken(input)));
    },
    scan: (input) => dynamodb.send(new ScanCommand(input)),
  };
}
