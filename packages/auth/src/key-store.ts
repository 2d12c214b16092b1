import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AwsSession } from '@cloakroom/aws';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { type KeySet, parseKeySet } from './key-set.ts';

/** Where keys that all functions share are kept. */
export interface KeyTable {
  readonly dynamodb: Pick<AwsSession['dynamodb'], 'send'>;
  /** Name of the sessions table. */
  readonly table: string;
}

/** Whether DynamoDB refused a write because its condition does not hold. */
export function isRefusedByCondition(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** The copy of each issuer's key set that all functions share. */
export interface KeyStore {
  /**
   * The last key set that was fetched for the issuer, read strongly consistent; undefined when there never was one.
   *
   * @throws KeySetUnreadableError when the item is not one of ours
   */
  get(issuer: Issuer): Promise<KeySet | undefined>;
  /** Keeps a fetched key set, unless one fetched later is there already. */
  put(issuer: Issuer, keySet: KeySet): Promise<void>;
}

/** All that is read of a key set, its key included: IAM can hold reads to these (`dynamodb:Attributes`). */
export const KEY_SET_ATTRIBUTES: readonly string[] = ['user_key', 'item', 'jwks', 'fetched_at'];

const NOT_FETCHED_LATER = 'attribute_not_exists(user_key) OR fetched_at <= :fetched_at';

/** Key sets in the sessions table: `{user_key: "KEYS#<alias>", item: "KEYS", jwks, fetched_at}`. IAM lets `refresh-keys` alone write them. */
export function createKeyStore({ dynamodb, table }: KeyTable): KeyStore {
  return {
    async get({ alias, algorithms }) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({
          TableName: table,
          Key: keyOf(alias),
          ConsistentRead: true,
          ProjectionExpression: 'jwks, fetched_at',
        }),
      );
      if (Item === undefined) return undefined;
      const fetchedAt = Number(Item.fetched_at?.N);
      if (Item.jwks?.S === undefined || !Number.isSafeInteger(fetchedAt)) {
        throw new KeySetUnreadableError('malformed', `the item of issuer ${alias} is not a key set`);
      }
      return parseKeySet(Item.jwks.S, algorithms, fetchedAt);
    },
    async put({ alias }, { jwks, fetchedAt }) {
      const fetched_at = { N: String(fetchedAt) };
      const command = new PutItemCommand({
        TableName: table,
        Item: { ...keyOf(alias), jwks: { S: jwks }, fetched_at },
        ConditionExpression: NOT_FETCHED_LATER,
        ExpressionAttributeValues: { ':fetched_at': fetched_at },
      });
      await dynamodb.send(command).catch((error: unknown) => {
        if (!isRefusedByCondition(error)) throw error;
      });
    },
  };
}

function keyOf(alias: string) {
  return { user_key: { S: `KEYS#${alias}` }, item: { S: 'KEYS' } };
}
