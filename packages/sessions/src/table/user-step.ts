import type { User } from '@cloakroom/core';
import type { UserRecord } from '../model/session.ts';
import { ABSENT, VERSION_AS_READ } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { toItem } from './table.ts';
import type { Step } from './transaction.ts';

/**
 * The write by which a new session takes note of its user: it fails when anything about the user has changed since the record
 * was read. Whoever was erased and is here again is kept beyond the erasure's TTL.
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
