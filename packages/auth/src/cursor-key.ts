import { randomBytes } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { MalformedError } from '@cloakroom/core';
import { CursorKeyMissingError } from './errors.ts';
import { isRefusedByCondition, type KeyTable } from './key-store.ts';

/** The key that seals cursors. All functions share it, so that each opens what another has sealed. */
export interface CursorKey {
  /**
   * Its 32 bytes, read strongly consistent.
   *
   * @throws CursorKeyMissingError until it has been made
   * @throws MalformedError when the item is not one of ours
   */
  require(): Promise<Uint8Array>;
  /** Makes the key where there is none, and never another one. Answers whether it did. */
  make(): Promise<boolean>;
}

const KEY_BYTES = 32;
/** No alias of an issuer begins with this sign. */
const KEY = { user_key: { S: 'KEYS#~cursor' }, item: { S: 'KEYS' } };
const NOT_MADE = 'attribute_not_exists(user_key)';

/** In the sessions table: `{user_key: "KEYS#~cursor", item: "KEYS", key}`. IAM lets `refresh-keys` alone write it. */
export function createCursorKey({ dynamodb, table }: KeyTable): CursorKey {
  return {
    async require() {
      const command = new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true });
      const { Item } = await dynamodb.send(command);
      if (Item === undefined) throw new CursorKeyMissingError();
      const key = Item.key?.B;
      if (key?.length !== KEY_BYTES) throw new MalformedError('key', `must be ${KEY_BYTES} bytes`);
      return key;
    },
    async make() {
      const Item = { ...KEY, key: { B: randomBytes(KEY_BYTES) } };
      try {
        await dynamodb.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: NOT_MADE }));
        return true;
      } catch (error) {
        if (isRefusedByCondition(error)) return false;
        throw error;
      }
    },
  };
}
