import type { User } from '@cloakroom/core';
import type { UserRecord } from '../model/session.ts';
import { ABSENT, VERSION_AS_READ } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { toItem } from './table.ts';
import type { Step } from './transaction.ts';

/**
 * The write of a creation to the user's item. It fails when the user has changed since the item was read. It removes the TTL of an
 * earlier erasure, since the user is back.
 */
export function userStep(TableName: string, user: User, { version, recentCreations }: UserRecord): Step {
  const isNew = version === 0;
  const values = { ':next': version + 1, ':recent': recentCreations, ...(isNew ? {} : { ':version': version }) };
  return {
    name: 'user',
    write: {
      Update: {
        TableName,
        Key: toItem(userRecordKey(user)),
        UpdateExpression: 'SET version = :next, recent_creations = :recent REMOVE #ttl',
        ConditionExpression: isNew ? ABSENT : VERSION_AS_READ,
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem(values),
      },
    },
  };
}
