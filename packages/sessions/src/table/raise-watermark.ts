import { epochSeconds, type User } from '@cloakroom/core';
import { notBeforeAt } from '../model/watermark.ts';
import { PRESENT, WATERMARK_BELOW } from './conditions.ts';
import { userRecordKey } from './item-key.ts';
import { retryLostRaces } from './lost-races.ts';
import { type SessionTable, toItem } from './table.ts';
import { updateItem } from './write-item.ts';

/** `everyone`: whoever asks is out as well. `others`: a session is to stay, from which it can be asked for again and again. */
type Whom = 'everyone' | 'others';

const NEXT_VERSION = 'version = if_not_exists(version, :zero) + :one';
/** Or whoever has stolen a session could keep its owner from ever signing in: each rise refuses the sign-ins of its moment. */
const OTHERS_INTERVAL_SECONDS = 60;

/**
 * From here on, no sign-in of up to now opens anything, used before or not, and a creation that is under way is refused:
 * it read an older version of the user. The watermark never falls. It does not compete for the version, it adds to it, so
 * that no number of creations can keep it from being raised. The TTL of an erasure before is too early for it, and goes.
 *
 * Where it is for `others`, it rises at most once a minute: a sign-in after the last rise is not refused by this.
 *
 * @throws ConflictError when transactions were at the item until shortly before the deadline
 */
export async function raiseWatermark(table: SessionTable, user: User, whom: Whom): Promise<void> {
  await retryLostRaces('revocation', () => tryToRaise(table, user, whom), table.races);
}

async function tryToRaise(table: SessionTable, user: User, whom: Whom): Promise<true | undefined> {
  const Key = toItem(userRecordKey(user));
  const notBefore = notBeforeAt(epochSeconds(table.nowMs()));
  const due = whom === 'others' ? notBefore - OTHERS_INTERVAL_SECONDS : notBefore;
  const raised = await updateItem(table, {
    Key,
    UpdateExpression: `SET ${NEXT_VERSION}, not_before = :not_before REMOVE #ttl`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ConditionExpression: WATERMARK_BELOW,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1, ':not_before': notBefore, ':due': due }),
  });
  if (raised === 'refused') return whom === 'others' ? true : nextVersion(table, Key);
  return raised === 'written' || undefined;
}

/** The watermark is as high already, or higher: the creations under way are refused all the same. */
async function nextVersion(table: SessionTable, Key: ReturnType<typeof toItem>): Promise<true | undefined> {
  const outcome = await updateItem(table, {
    Key,
    UpdateExpression: `SET ${NEXT_VERSION}`,
    ConditionExpression: PRESENT,
    ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1 }),
  });
  return outcome === 'written' || undefined;
}
