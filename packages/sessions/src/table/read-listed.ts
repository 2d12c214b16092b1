import { parseUserKey } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { ListedSession } from '../model/session.ts';
import { SESSIONS_AND_USER, WEB_HASH } from './item-key.ts';
import { readSession } from './read-session.ts';
import type { Item } from './table.ts';
import { isWebEntry } from './web-entry.ts';

/**
 * The session in an item, or an `unknown` one, so that an item that is not understood keeps no other from being read.
 * Undefined in a partition that is no user's.
 */
export function readListed(item: Item): ListedSession | undefined {
  const user = parseUserKey(item.user_key?.S ?? '');
  if (user === undefined) return undefined;
  try {
    return readSession(item);
  } catch (error) {
    if (!(error instanceof StoredItemError)) throw error;
    const id = (item.item?.S ?? '').slice(SESSIONS_AND_USER.from.length);
    const isWeb = isWebEntry(item);
    const sidHash = (isWeb ? item.web_sid_hash : item.sid_hash)?.S;
    const webHash = isWeb ? item.web_hash?.S : undefined;
    return {
      user,
      id,
      kind: 'unknown',
      authTime: secondsIn(item.auth_time?.N),
      ...(sidHash === undefined ? {} : { sidHash }),
      ...(webHash !== undefined && WEB_HASH.test(webHash) ? { webHash } : {}),
      malformedField: error.field,
    };
  }
}

function secondsIn(text: string | undefined): number {
  const seconds = Number(text);
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : 0;
}
