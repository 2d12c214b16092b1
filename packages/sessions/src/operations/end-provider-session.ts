import { epochSeconds, type ProviderLogout, type SessionOwner, userKey } from '@cloakroom/core';
import { notBeforeAt } from '../model/watermark.ts';
import { tryToBurn } from '../table/burn.ts';
import { retryLostRaces } from '../table/lost-races.ts';
import { tryToEndAtProvider } from '../table/provider-session.ts';
import { raiseWatermarkTo } from '../table/raise-watermark.ts';
import { readSessionsToEnd } from '../table/read-user.ts';
import type { SessionTable } from '../table/table.ts';
import { raiseAndEnd, revokeEach } from './revoke-each.ts';

/**
 * Ends what a provider says is over there, bearer sessions and tickets, as `logout`. Each way begins with the write that refuses
 * whatever is on its way to become a session. So after a failure it can be repeated, and a repetition of one that succeeded, however
 * late, changes nothing. Returns how many sessions were ended, not counting those that had expired.
 *
 * @throws ConflictError when others were in the way until shortly before the deadline; StoredItemError; the errors of AWS
 */
export async function endProviderSession(table: SessionTable, logout: ProviderLogout): Promise<number> {
  return logout.what === 'session' ? endSession(table, logout) : endPerson(table, logout);
}

type OfKind<K extends ProviderLogout['what']> = ProviderLogout & { readonly what: K };

/** One session at the provider, and all clients' that are part of it. No login of it opens anything after that. */
async function endSession(table: SessionTable, logout: OfKind<'session'>): Promise<number> {
  const known = await retryLostRaces('revocation', () => tryToEndAtProvider(table, logout), table.races);
  // Sessions of before the provider was known to send logout tokens have told nobody whose they are.
  const all = logout.owner === undefined ? known : [...known, logout.owner];
  const owners = new Map(all.map((owner) => [userKey(owner.user), owner]));
  let ended = 0;
  for (const owner of owners.values()) ended += await endOfOwner(table, owner);
  return ended;
}

async function endOfOwner(table: SessionTable, { user, sidHash }: SessionOwner): Promise<number> {
  const burning = { user, kind: 'bearer', sidHash, authTime: 0 } as const;
  await retryLostRaces('revocation', () => tryToBurn(table, burning), table.races);
  const sessions = await readSessionsToEnd(table, user);
  return revokeEach(
    table,
    sessions.filter((session) => session.sidHash === sidHash),
    'logout',
  );
}

/**
 * All that a person signed in to before the token was issued. When that was is told by the provider's clock on both sides, so a
 * later sign-in is never among them; the watermark is by ours.
 */
async function endPerson(table: SessionTable, { user, issuedAt }: OfKind<'person'>): Promise<number> {
  const notBefore = notBeforeAt(Math.min(issuedAt, epochSeconds(table.nowMs())));
  return raiseAndEnd(table, user, {
    raise: () => raiseWatermarkTo(table, user, notBefore),
    // A record is nobody's sign-in.
    isToEnd: ({ kind, authTime }) => kind !== 'record' && authTime <= issuedAt,
    reason: 'logout',
  });
}
