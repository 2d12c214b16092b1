import { parseUserKey } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { Item } from '../table/table.ts';
import { keyOfName } from './key-names.ts';
import type { OwnedAs, WebSession } from './web-session.ts';

/** `over`: it was ended, or has expired. That it has expired is decided here, whatever DynamoDB's TTL has deleted. */
export type StoredWeb =
  | { readonly state: 'active'; readonly session: WebSession }
  | { readonly state: 'expired'; readonly session: WebSession }
  | { readonly state: 'ended' };

/** What an item says at this moment. @throws StoredItemError when it is not one that web sessions make */
export function readWebItem(hash: string, item: Item, nowMs: number): StoredWeb {
  if (item.ended_at_ms !== undefined) return { state: 'ended' };
  const session: WebSession = {
    hash,
    owned: ownedIn(item),
    createdAtMs: milliseconds(item, 'created_at_ms'),
    idleExpiresAtMs: milliseconds(item, 'idle_expires_at_ms'),
    absoluteExpiresAtMs: milliseconds(item, 'absolute_expires_at_ms'),
    cookie: item.cookie === undefined ? undefined : (item.cookie.S ?? refuse('cookie')),
    keys: keysIn(item),
  };
  const isActive = nowMs < Math.min(session.idleExpiresAtMs, session.absoluteExpiresAtMs);
  return { state: isActive ? 'active' : 'expired', session };
}

/** Both or none: a session that is half somebody's is nobody's to read. */
function ownedIn({ owner, id, provider_sid_hash: sid }: Item): OwnedAs | undefined {
  if (owner === undefined && id === undefined && sid === undefined) return undefined;
  const user = parseUserKey(owner?.S ?? '') ?? refuse('owner');
  const owned = { user, id: id?.S ?? refuse('id') };
  return sid === undefined ? owned : { ...owned, sidHash: sid.S ?? refuse('provider_sid_hash') };
}

function keysIn({ keys }: Item): ReadonlyMap<string, string> {
  const entries = Object.entries(keys?.M ?? refuse('keys'));
  return new Map(entries.map(([name, { S: text = refuse('keys') }]) => [keyOfName(name), text]));
}

function milliseconds(item: Item, name: string): number {
  const value = Number(item[name]?.N ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : refuse(name);
}

function refuse(attribute: string): never {
  throw new StoredItemError('WEB', attribute);
}
