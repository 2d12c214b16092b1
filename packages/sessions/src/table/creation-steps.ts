import type { User } from '@cloakroom/core';
import type { Session, SessionData, UserRecord } from '../model/session.ts';
import { ABSENT } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { formatData, formatSession } from './session-item.ts';
import { toItem } from './table.ts';
import type { Step } from './transaction.ts';
import { USER_AS_READ } from './user-conditions.ts';

/** The writes of a new session and of its data, if it has any. */
export function putSteps(TableName: string, session: Session, data: SessionData): Step[] {
  const Item = toItem(formatSession(session));
  const put: Step = { name: 'session', write: { Put: { TableName, Item, ConditionExpression: ABSENT } } };
  if (data.version === 0) return [put];
  return [put, { name: 'data', write: { Put: { TableName, Item: toItem(formatData(session, data)) } } }];
}

/**
 * The write of a creation to the user's item. It fails when the user has changed since the item was read. It removes the TTL of an
 * earlier erasure, since the user is back. What keeps ended sign-ins ended is compared besides the version, which web apps write too.
 */
export function userStep(TableName: string, user: User, record: UserRecord): Step {
  const { version, notBefore, reauthAfter, recentCreations, recentSilent } = record;
  const isNew = version === 0;
  const values = {
    ':next': version + 1,
    ':recent': recentCreations,
    ':silent': recentSilent.length === 0 ? undefined : recentSilent,
    ...(isNew ? {} : { ':version': version, ':not_before': notBefore, ':reauth_after': reauthAfter }),
  };
  const silent = recentSilent.length === 0 ? '' : ', recent_silent = :silent';
  return {
    name: 'user',
    write: {
      Update: {
        TableName,
        Key: toItem(userRecordKey(user)),
        UpdateExpression: `SET version = :next, recent_creations = :recent${silent} REMOVE #ttl`,
        ConditionExpression: isNew ? ABSENT : USER_AS_READ,
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem(values),
      },
    },
  };
}
