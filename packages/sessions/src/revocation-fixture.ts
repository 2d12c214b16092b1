import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { type Login, type User, userKey } from '@cloakroom/core';
import type { TicketRequest } from './model/new-ticket.ts';
import type { TicketCookie } from './model/ticket.ts';
import { aRequest, aSidLogin, DAY, type Fixture, newUser, START, storeFixture } from './store-fixture.ts';
import { tokensKey } from './table/item-key.ts';
import { toItem } from './table/table.ts';

/** Two are clients of one session at the provider. */
const SIDS = ['one', 'two', 'one'];

/** A table with a clock and an order of turns of its own, and the items of a user as the store makes them at two sign-ins. */
export interface Lane {
  readonly fixture: Fixture;
  /** The last is that of the ticket. */
  readonly logins: readonly Login[];
  readonly cookie: TicketCookie;
  readonly items: readonly Record<string, AttributeValue>[];
  /** Users whose two sign-ins are there, and who have done nothing yet. */
  readonly waiting: User[];
}

export async function newLane(): Promise<Lane> {
  const fixture = await storeFixture();
  const user = newUser();
  const logins = SIDS.map((sidHash) => aSidLogin({ user, sidHash, authTime: START - 10 }));
  for (const login of logins.slice(0, 2)) await fixture.store.create({ ...aRequest(), login });
  const cookie = await openTicket(fixture, logins[0] as Login);
  const all = [...logins, { ...(logins[0] as Login), loginId: cookie.id }];
  return { fixture, logins: all, cookie, items: await fixture.rawItems(user), waiting: [] };
}

/** With tokens of the provider that nobody opens here. */
async function openTicket({ store }: Fixture, login: Login): Promise<TicketCookie> {
  const sealed = { data_key: new Uint8Array(1), nonce: new Uint8Array(1), sealed: new Uint8Array(1) };
  const opened = await store.openTicket({
    ...ticketRequest(login, { now: START, isSilent: true }),
    sealTokens: async ({ id }) => ({ ...tokensKey(login.user, id), ...sealed }),
  });
  if (opened.verdict !== 'open') throw new Error('the exchange opens nothing');
  return opened.cookie;
}

/** So many users have their items in one batch write, of 25 items at most. */
const USERS_AT_ONCE = 5;

/** A user with the same two sign-ins, for one run. */
export async function nextUser({ fixture, items, waiting }: Lane): Promise<User> {
  if (waiting.length === 0) {
    const users = Array.from({ length: USERS_AT_ONCE }, newUser);
    const keys = users.map((user) => toItem({ user_key: userKey(user) }));
    const puts = keys.flatMap((key) => items.map((item) => ({ PutRequest: { Item: { ...item, ...key } } })));
    await fixture.real.send(new BatchWriteItemCommand({ RequestItems: { [fixture.name]: puts } }));
    waiting.push(...users);
  }
  return waiting.pop() as User;
}

/** Of a login's session at the provider, as it has been since the sign-in: for a code exchange, or for tokens that are handed in. */
export function ticketRequest(
  { user, clientId, authTime, sidHash = '' }: Login,
  { now, isSilent }: { readonly now: number; readonly isSilent: boolean },
): TicketRequest {
  return {
    exchange: { user, clientId, authTime, issuedAt: now, receivedAt: now, isSilent, sidHash, scope: '', groups: [] },
    client: { ip: '', userAgent: '' },
    policy: { bootstrap: 'on', maxSessionsPerUser: 3, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: DAY },
    recheckSeconds: DAY,
  };
}
