import { PRESENT } from './conditions.ts';
import { webKey } from './item-key.ts';
import { keyItem, toItem } from './table.ts';
import { WEB_AS_LISTED, WEB_NOT_ENDED, WEB_OF_NOBODY } from './web-conditions.ts';

/**
 * All that the item of a web session has while it is active, but for its key and its TTL. No other item has an attribute of one of these
 * names: see `web-entry.ts`.
 */
export const WEB_CONTENT: readonly string[] = [
  'prefix',
  'owner',
  'id',
  'provider_sid_hash',
  'created_at_ms',
  'idle_expires_at_ms',
  'absolute_expires_at_ms',
  'cookie',
  'keys',
];

const NAMES = Object.fromEntries(WEB_CONTENT.map((name) => [`#${name}`, name]));
const REMOVED = `REMOVE ${Object.keys(NAMES).join(', ')}`;

/** Nobody has ended the session, and nobody has signed in to it. */
const OF_NOBODY_AND_NOT_ENDED = `${PRESENT} AND ${WEB_NOT_ENDED} AND ${WEB_OF_NOBODY}`;

interface EndingWebSession {
  readonly hash: string;
  /** The user's entry; undefined: it is nobody's. */
  readonly owned?: { readonly id: string } | undefined;
  readonly nowMs: number;
  /** Epoch seconds, for an item that has none. Not for apps, which may not name it in a transaction: theirs have one. */
  readonly ttl?: number;
}

/**
 * The write that ends the item of a session, whether it has expired or not. It leaves the key, the TTL and the time, so that no late
 * writer takes it for one that is to be made. It fails where the session has ended, or is not whose it was.
 */
export function webEnd({ hash, owned, nowMs, ttl }: EndingWebSession) {
  const sets = ['ended_at_ms = :now_ms', ...(ttl === undefined ? [] : ['#ttl = if_not_exists(#ttl, :ttl)'])];
  return {
    Key: keyItem(webKey(hash)),
    UpdateExpression: `SET ${sets.join(', ')} ${REMOVED}`,
    // One that has ended has no id.
    ConditionExpression: owned === undefined ? OF_NOBODY_AND_NOT_ENDED : WEB_AS_LISTED,
    ExpressionAttributeNames: ttl === undefined ? NAMES : { ...NAMES, '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':now_ms': nowMs, ':id': owned?.id, ':ttl': ttl }),
  };
}
