import { NOT_ENDED, PRESENT, WEB_AS_LISTED, WEB_OF_NOBODY } from '../table/conditions.ts';
import { webKey } from '../table/item-key.ts';
import { keyItem, toItem } from '../table/table.ts';
import { WEB_CONTENT } from '../table/web-item.ts';

const NAMES = Object.fromEntries(WEB_CONTENT.map((name) => [`#${name}`, name]));

/** Nobody has ended the session, and nobody has signed in to it. */
const OF_NOBODY_AND_NOT_ENDED = `${PRESENT} AND ${NOT_ENDED} AND ${WEB_OF_NOBODY}`;

/**
 * The write that ends the item of a session, whether it has expired or not. It leaves the key, the TTL and the time, so that no late
 * writer takes it for one that is to be made. It fails where the session has ended, or is not whose it was.
 */
export function webEnd(
  { hash, owned }: { readonly hash: string; readonly owned?: { readonly id: string } | undefined },
  nowMs: number,
) {
  return {
    Key: keyItem(webKey(hash)),
    UpdateExpression: `SET ended_at = :now_ms REMOVE ${Object.keys(NAMES).join(', ')}`,
    // One that has ended has no id.
    ConditionExpression: owned === undefined ? OF_NOBODY_AND_NOT_ENDED : WEB_AS_LISTED,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: toItem({ ':now_ms': nowMs, ':id': owned?.id }),
  };
}
