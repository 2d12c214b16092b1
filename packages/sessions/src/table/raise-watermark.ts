import { epochSeconds, type User } from '@cloakroom/core';
import { notBeforeAt } from '../model/watermark.ts';
import { tryToAskForProof } from './burn.ts';
import { PRESENT } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { retryLostRaces } from './lost-races.ts';
import { NEXT_VERSION } from './next-version.ts';
import { type SessionTable, toItem } from './table.ts';
import { WATERMARK_BELOW } from './user-conditions.ts';
import { updateItem } from './write-item.ts';

/** `everyone`: all sessions end. `others`: the caller's session stays, so the caller can repeat the request. */
type Whom = 'everyone' | 'others';

/** Each rise refuses the sign-ins of that moment. Without this interval, a thief with a stolen session could keep its owner out for ever. */
const OTHERS_INTERVAL_SECONDS = 60;

/**
 * Raises the user's watermark: no sign-in until now opens anything any more, whether it was used or not. A creation that is under
 * way is refused too, since it has read an older version of the user. The watermark never falls. It adds to the version without
 * reading it, so no number of creations can prevent the rise. It removes the TTL of an earlier erasure, which would be too early.
 *
 * For `others` it rises at most once a minute. A sign-in since the last rise is then not refused, unless it is a code exchange that
 * the provider answers without asking the person.
 *
 * @throws ConflictError when transactions held the item until shortly before the deadline
 */
export async function raiseWatermark(table: SessionTable, user: User, whom: Whom): Promise<void> {
  await retryLostRaces('revocation', () => tryToRaise(table, user, whom), table.races);
}

async function tryToRaise(table: SessionTable, user: User, whom: Whom): Promise<true | undefined> {
  const Key = toItem(userRecordKey(user));
  const now = epochSeconds(table.nowMs());
  const notBefore = notBeforeAt(now);
  const due = whom === 'others' ? notBefore - OTHERS_INTERVAL_SECONDS : notBefore;
  const raised = await updateItem(table, {
    Key,
    UpdateExpression: `SET ${NEXT_VERSION}, not_before = :not_before, reauth_after = :now REMOVE #ttl`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ConditionExpression: WATERMARK_BELOW,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1, ':now': now, ':not_before': notBefore, ':due': due }),
  });
  if (raised === 'refused') return whom === 'others' ? tryToAskForProof(table, user) : nextVersion(table, Key);
  return raised === 'written' || undefined;
}

/**
 * Raises the user's watermark to a time that somebody else has told (epoch seconds), unless it is as high: then nothing changes, since
 * a creation that is under way has read it so, or is refused for the version.
 *
 * @throws ConflictError as {@link raiseWatermark}
 */
export async function raiseWatermarkTo(table: SessionTable, user: User, notBefore: number): Promise<void> {
  const raise = async () => {
    const outcome = await updateItem(table, {
      Key: toItem(userRecordKey(user)),
      UpdateExpression: `SET ${NEXT_VERSION}, not_before = :due REMOVE #ttl`,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ConditionExpression: WATERMARK_BELOW,
      ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1, ':due': notBefore }),
    });
    return outcome === 'lost_race' ? undefined : true;
  };
  await retryLostRaces('revocation', raise, table.races);
}

/** The watermark is already as high. The creations under way must be refused all the same. */
async function nextVersion(table: SessionTable, Key: ReturnType<typeof toItem>): Promise<true | undefined> {
  const outcome = await updateItem(table, {
    Key,
    UpdateExpression: `SET ${NEXT_VERSION}`,
    ConditionExpression: PRESENT,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1 }),
  });
  return outcome === 'written' || undefined;
}
