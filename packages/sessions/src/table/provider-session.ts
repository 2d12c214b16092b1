import { epochSeconds, type Login, parseUserKey, type SessionOwner, userKey } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import { tryToBurn } from './burn.ts';
import { NOT_ENDED, TTL_BELOW } from './conditions.ts';
import { providerSessionKey } from './item-key.ts';
import { getItem, type SessionTable, toItem } from './table.ts';
import type { Step } from './transaction.ts';
import { updateItem } from './write-item.ts';

/** How a sign-in names its session at the provider. */
type Named = Pick<Login, 'user' | 'sidHash' | 'sidKey'>;

/**
 * The write of a creation that tells whose the session at the provider is, where the provider sends logout tokens. It fails when one
 * has come already. A provider that gives each client another `sub` makes one session several persons'.
 */
export function ownerSteps(TableName: string, { user, sidHash, sidKey }: Named, { ttl }: Pick<Session, 'ttl'>): Step[] {
  if (sidHash === undefined || sidKey === undefined) return [];
  const Update = { TableName, ...ownerUpdate({ user, sidHash, sidKey, ttl }) };
  return [{ name: 'sid_not_ended', write: { Update } }];
}

/**
 * The same of a session that is there already, whose times an app has written: what is kept for longer stays so. `over`: a logout
 * token has come. Undefined when a transaction was in the way. Takes two writes at most.
 */
export async function tryToAddOwner(table: SessionTable, owner: NewOwner): Promise<'added' | 'over' | undefined> {
  const update = ownerUpdate(owner);
  const first = await updateItem(table, { ...update, ConditionExpression: `${NOT_ENDED} AND ${TTL_BELOW}` });
  if (first !== 'refused') return first === 'written' ? 'added' : undefined;
  const outcome = await updateItem(table, {
    Key: update.Key,
    UpdateExpression: 'ADD owners :owner',
    ConditionExpression: NOT_ENDED,
    ExpressionAttributeValues: toItem({ ':owner': new Set([formatOwner(owner)]) }),
  });
  if (outcome === 'lost_race') return undefined;
  return outcome === 'written' ? 'added' : 'over';
}

type NewOwner = Required<Named> & Pick<Session, 'ttl'>;

function ownerUpdate({ user, sidHash, sidKey, ttl }: NewOwner) {
  return {
    Key: toItem(providerSessionKey(user.issuer, sidKey)),
    UpdateExpression: 'ADD owners :owner SET #ttl = :ttl',
    ConditionExpression: NOT_ENDED,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    // As long as a session here can live.
    ExpressionAttributeValues: toItem({ ':owner': new Set([formatOwner({ user, sidHash })]), ':ttl': ttl }),
  };
}

/**
 * What to do when that step has failed: the logout token came before anybody knew whose the session is, so it could burn nothing. It
 * is burnt now. So the next attempt is told by the rules, before a transaction.
 */
export async function burnEnded(
  table: SessionTable,
  { user, sidHash, authTime }: Pick<Login, 'user' | 'sidHash' | 'authTime'>,
): Promise<undefined> {
  await tryToBurn(table, { user, kind: 'bearer', sidHash, authTime });
}

/**
 * Writes down that the session at the provider is over, also where it is not known yet, and returns whose it was: nobody is added
 * after that. It is kept as an end marker is. A second time changes nothing. Undefined when a transaction was in the way.
 *
 * @throws StoredItemError for an owner that is none
 */
export async function tryToEndAtProvider(
  table: SessionTable,
  { issuer, sidKey }: { readonly issuer: string; readonly sidKey: string },
): Promise<readonly SessionOwner[] | undefined> {
  const key = providerSessionKey(issuer, sidKey);
  const now = epochSeconds(table.nowMs());
  const outcome = await updateItem(table, {
    Key: toItem(key),
    UpdateExpression: 'SET ended_at = :now, #ttl = :ttl',
    ConditionExpression: NOT_ENDED,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: toItem({ ':now': now, ':ttl': now + table.loginMaxLifetimeSeconds }),
  });
  if (outcome === 'lost_race') return undefined;
  const owners = (await getItem(table, key))?.owners;
  return owners instanceof Set ? [...owners].map(parseOwner) : [];
}

/** The hash has no space in it. */
function formatOwner({ user, sidHash }: SessionOwner): string {
  return `${sidHash} ${userKey(user)}`;
}

function parseOwner(text: unknown): SessionOwner {
  const [sidHash = '', ...rest] = String(text).split(' ');
  const user = parseUserKey(rest.join(' '));
  if (user === undefined) throw new StoredItemError('SID', 'owners');
  return { user, sidHash };
}
