import type { DynamoDbItems } from '@cloakroom/aws';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { type KeySet, parseKeySet } from './key-set.ts';

/** The copies of the issuers' key sets that all functions share. */
export interface StoredKeys {
  /**
   * The last key set that was fetched for the issuer, read strongly consistent; undefined when there never was one.
   *
   * @throws KeySetUnreadableError when the item is not one of ours
   */
  get(issuer: Issuer): Promise<KeySet | undefined>;
}

interface StoredKeysDeps {
  readonly items: DynamoDbItems;
  /** Name of the sessions table. */
  readonly table: string;
}

/** All that is read of a key set, its key included: IAM can hold reads to these (`dynamodb:Attributes`). */
export const KEY_SET_ATTRIBUTES: readonly string[] = ['user_key', 'item', 'jwks', 'fetched_at'];

/** Key sets in the sessions table: `{user_key: "KEYS#<alias>", item: "KEYS", jwks, fetched_at}`. */
export function createStoredKeys({ items, table }: StoredKeysDeps): StoredKeys {
  return {
    async get({ alias, algorithms }) {
      const { Item } = await items.getItem({
        TableName: table,
        Key: keySetKey(alias),
        ConsistentRead: true,
        ProjectionExpression: 'jwks, fetched_at',
      });
      if (Item === undefined) return undefined;
      const fetchedAt = Number(Item.fetched_at?.N);
      if (Item.jwks?.S === undefined || !Number.isSafeInteger(fetchedAt)) {
        throw new KeySetUnreadableError('malformed', `the item of issuer ${alias} is not a key set`);
      }
      return parseKeySet(Item.jwks.S, algorithms, fetchedAt);
    },
  };
}

/** The primary key of an issuer's key set. */
export function keySetKey(alias: string) {
  return { user_key: { S: `KEYS#${alias}` }, item: { S: 'KEYS' } };
}
