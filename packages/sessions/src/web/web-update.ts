import { userKey } from '@cloakroom/core';
import { webKey } from '../table/item-key.ts';
import { type Item, keyItem, toItem } from '../table/table.ts';
import { ACTIVE_WEB, WEB_AS_LISTED, WEB_OF_NOBODY } from '../table/web-conditions.ts';
import type { Keys } from './key-changes.ts';
import { nameOfKey } from './key-names.ts';
import type { KeyWrite, Use } from './plan.ts';
import type { OwnedAs, WebSession } from './web-session.ts';

/** Nobody has written down a use that lasts longer. */
const NOT_LATER = 'idle_expires_at_ms <= :idle_expires_at_ms';

/** What an update of an active session changes. */
export interface WebWrite {
  readonly keys: KeyWrite;
  readonly use: Use | undefined;
  /** Whose it is from now on; where it is not given, it stays whose it is. Undefined: nobody's. */
  readonly passesTo?: { readonly owned: OwnedAs | undefined };
}

/**
 * The update of a session's item. It fails where the session has ended or expired, is not whose it was, or has a later end than a use
 * is to give it. At most as many keys as `inParts` gives.
 */
export function webUpdate(
  { hash, owned }: Pick<WebSession, 'hash' | 'owned'>,
  { keys, use, passesTo }: WebWrite,
  nowMs: number,
) {
  const written = keysPart(keys);
  const held = passesTo === undefined ? NOTHING : holdPart(passesTo.owned);
  const parts = [written, use === undefined ? NOTHING : usePart(use), held];
  const sets = parts.flatMap(({ sets: each }) => each);
  const removes = parts.flatMap(({ removes: each }) => each);
  const conditions = [
    ACTIVE_WEB,
    owned === undefined ? WEB_OF_NOBODY : WEB_AS_LISTED,
    ...(use?.isLonger ? [NOT_LATER] : []),
  ];
  const names = Object.assign({}, ...parts.map((part) => part.names));
  return {
    Key: keyItem(webKey(hash)),
    UpdateExpression: [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(',')}`]),
      ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(',')}`]),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    // DynamoDB wants none rather than an empty one.
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: {
      ...toItem({ ':now_ms': nowMs, ':id': owned?.id }),
      ...Object.assign({}, ...parts.map((part) => part.values)),
    },
  };
}

interface Part {
  readonly sets: readonly string[];
  readonly removes: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

const NOTHING: Part = { sets: [], removes: [], names: {}, values: {} };

function keysPart(keys: KeyWrite): Part {
  if ('whole' in keys)
    return { ...NOTHING, ...named('keys'), sets: ['#keys=:keys'], values: { ':keys': keysValue(keys.whole) } };
  if (keys.changes.size === 0) return NOTHING;
  const changes = [...keys.changes].map(([key, text], at) => ({ key, text, at }));
  const isSet = ({ text }: { readonly text: string | undefined }) => text !== undefined;
  const [set, gone] = [changes.filter(isSet), changes.filter((change) => !isSet(change))];
  return {
    sets: set.map(({ at }) => `#keys.#${at}=:${at}`),
    removes: gone.map(({ at }) => `#keys.#${at}`),
    names: { ...named('keys').names, ...Object.fromEntries(changes.map(({ key, at }) => [`#${at}`, nameOfKey(key)])) },
    values: toItem(Object.fromEntries(set.map(({ text, at }) => [`:${at}`, text]))),
  };
}

/** The map of a session's keys, as the API takes it. */
export function keysValue(keys: Keys) {
  return { M: Object.fromEntries([...keys].map(([key, S]) => [nameOfKey(key), { S }])) };
}

function usePart({ idleExpiresAtMs, cookie }: Use): Part {
  const sets = ['idle_expires_at_ms=:idle_expires_at_ms'];
  const end = { ':idle_expires_at_ms': idleExpiresAtMs };
  if (cookie === undefined) return { ...NOTHING, sets, values: toItem(end) };
  return {
    ...NOTHING,
    ...named('cookie'),
    sets: [...sets, '#cookie=:cookie'],
    values: toItem({ ...end, ':cookie': cookie }),
  };
}

function holdPart(owned: OwnedAs | undefined): Part {
  const { names } = named('owner', 'id', 'provider_sid_hash');
  if (owned === undefined) return { ...NOTHING, names, removes: Object.keys(names) };
  const { user, id, sidHash } = owned;
  const values = toItem({ ':owner': userKey(user), ':new_id': id, ':sid_hash': sidHash });
  const sets = ['#owner=:owner', '#id=:new_id'];
  if (sidHash === undefined) return { names, values, sets, removes: ['#provider_sid_hash'] };
  return { names, values, sets: [...sets, '#provider_sid_hash=:sid_hash'], removes: [] };
}

function named(...attributes: readonly string[]): Pick<Part, 'names'> {
  return { names: Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute])) };
}
