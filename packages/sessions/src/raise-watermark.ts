import { epochSeconds, type User } from '@cloakroom/core';
import { updateItem } from './conditional-update.ts';
import { PRESENT, WATERMARK_BELOW } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { retryLostRaces } from './lost-races.ts';
import { type SessionTable, toItem } from './table.ts';
import { notBeforeAt } from './watermark.ts';

const NEXT_VERSION = 'version = if_not_exists(version, :zero) + :one';

/**
 * From here on, no sign-in of up to now opens anything, used before or not, and a creation that is under way is refused:
 * it read an older version of the user. The watermark never falls. It does not compete for the version, it adds to it, so
 * that no number of creations can keep it from being raised. The TTL of an erasure before is too early for it, and goes.
 *
 * @throws ConflictError when transactions were at the item each time
 */
export async function raiseWatermark(table: SessionTable, user: User): Promise<void> {
  const Key = toItem(userRecordKey(user));
  await retryLostRaces(async () => {
    const notBefore = notBeforeAt(epochSeconds(table.nowMs()));
    const raised = await updateItem(table, {
      Key,
      UpdateExpression: `SET ${NEXT_VERSION}, not_before = :not_before REMOVE #ttl`,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ConditionExpression: WATERMARK_BELOW,
      ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1, ':not_before': notBefore }),
    });
    return raised === 'refused' ? nextVersion(table, Key) : raised === 'updated' || undefined;
  }, table.races);
}

/** The watermark is as high already, or higher: the creations under way are refused all the same. */
async function nextVersion(table: SessionTable, Key: ReturnType<typeof toItem>): Promise<true | undefined> {
  const outcome = await updateItem(table, {
    Key,
    UpdateExpression: `SET ${NEXT_VERSION}`,
    ConditionExpression: PRESENT,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1 }),
  });
  return outcome === 'updated' || undefined;
}
