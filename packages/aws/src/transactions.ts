import { randomUUID } from 'node:crypto';
import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDbTransactions } from './items.ts';
import type { AwsSession } from './session.ts';

/** Of the client without the SDK. Apart from the session's `items`, so that no other function carries these operations. */
export function leanTransactions({ askDynamoDb }: Pick<AwsSession, 'askDynamoDb'>): DynamoDbTransactions {
  return {
    async transactWriteItems(input) {
      await askDynamoDb('TransactWriteItems', withToken(input));
    },
    scan: (input) => askDynamoDb('Scan', input),
  };
}

/** The token is the same for every retry of a request: a lost answer does not make it a second transaction. */
export function withToken(input: TransactWriteItemsCommandInput): TransactWriteItemsCommandInput {
  return { ...input, ClientRequestToken: input.ClientRequestToken ?? randomUUID() };
}
