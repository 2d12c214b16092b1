import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDb, sdkItems } from '@cloakroom/aws/dynamodb';
import type { Issuer } from './issuer.ts';
import type { KeySet } from './key-set.ts';
import { createStoredKeys, keySetKey, type StoredKeys } from './stored-keys.ts';

/** Where keys that all functions share are kept. */
export interface KeyTable {
  readonly dynamodb: DynamoDb;
  /** Name of the sessions table. */
  readonly table: string;
}

/** Whether DynamoDB refused a write because its condition does not hold. */
export function isRefusedByCondition(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** The copies of the key sets, for who writes them. */
export interface KeyStore extends StoredKeys {
  /** Keeps a fetched key set, unless one fetched later is there already. */
  put(issuer: Issuer, keySet: KeySet): Promise<void>;
}

const NOT_FETCHED_LATER = 'attribute_not_exists(user_key) OR fetched_at <= :fetched_at';

/** IAM lets `refresh-keys` alone write key sets. */
export function createKeyStore({ dynamodb, table }: KeyTable): KeyStore {
  return {
    ...createStoredKeys({ items: sdkItems(dynamodb), table }),
    async put({ alias }, { jwks, fetchedAt }) {
      const fetched_at = { N: String(fetchedAt) };
      const command = new PutItemCommand({
        TableName: table,
        Item: { ...keySetKey(alias), jwks: { S: jwks }, fetched_at },
        ConditionExpression: NOT_FETCHED_LATER,
        ExpressionAttributeValues: { ':fetched_at': fetched_at },
      });
      await dynamodb.send(command).catch((error: unknown) => {
        if (!isRefusedByCondition(error)) throw error;
      });
    },
  };
}
