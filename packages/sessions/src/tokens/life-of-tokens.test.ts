import type { User } from '@cloakroom/core';
import { testKms } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OpeningRequest } from '../operations/open-ticket.ts';
import { aSession, DAY, type Fixture, HOUR, newUser, sentBy, storeFixture } from '../store-fixture.ts';
import { tokensKey } from '../table/item-key.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

let fixture: Fixture;
let tokens: TokenStore;
beforeAll(async () => {
  fixture = await storeFixture();
  const { dynamodb, table, nowMs } = fixture.table;
  tokens = createTokenStore({ dynamodb, table, nowMs, kms: testKms().kms, keyId: 'tokens' });
});
beforeEach(() => fixture.reset());

const TOKENS = { refreshToken: 'a-refresh-token' };

function requestOf(user: User, fields: Partial<OpeningRequest> = {}): OpeningRequest {
  const now = fixture.state.nowSeconds;
  return {
    exchange: {
      user,
      clientId: 'spa',
      authTime: now - HOUR,
      issuedAt: now,
      receivedAt: now,
      isSilent: false,
      scope: '',
      groups: [],
    },
    client: { ip: '192.0.2.1', userAgent: 'Firefox' },
    policy: { bootstrap: 'on', maxSessionsPerUser: 2, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: 10 * DAY },
    recheckSeconds: HOUR,
    sealTokens: (address) => tokens.seal(address, TOKENS),
    ...fields,
  };
}

async function open(user: User, fields: Partial<OpeningRequest> = {}) {
  const result = await fixture.store.openTicket(requestOf(user, fields));
  if (result.verdict !== 'open') throw new Error(`leave first: ${result.why}`);
  fixture.state.nowSeconds += 1;
  return result.session;
}

/** Of a provider that gave no tokens to keep. */
function openWithout(user: User, replaced: string) {
  const { sealTokens: _, ...request } = requestOf(user, { replaces: { user, id: replaced } });
  return fixture.store.openTicket(request);
}

const keysOf = async (user: User) => Object.keys(await fixture.items(user));
const tokensOf = async (user: User) => (await keysOf(user)).filter((item) => item.startsWith('PROVIDER_TOKENS#'));

describe("the provider's tokens of a ticket", () => {
  it('are put with the session, in its transaction, and go when it is over at the latest', async () => {
    const session = await open(newUser());
    expect(sentBy(fixture).filter((command) => !/^(Query|GetItem)/.test(command))).toEqual([
      'TransactWriteItemsCommand',
    ]);
    expect(await tokens.get(session)).toEqual(TOKENS);
    const item = await fixture.raw(session.user, `PROVIDER_TOKENS#${session.id}`);
    expect(item?.ttl).toEqual({ N: String(session.absoluteExpiresAt) });
  });

  it('are sealed once, however often the transaction is tried, and not for a sign-in that is refused', async () => {
    const sealTokens = jest.fn((address: Parameters<TokenStore['seal']>[0]) => tokens.seal(address, TOKENS));
    const user = newUser();
    let races = 2;
    fixture.state.sleep = async () => undefined;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand' && races > 0) {
        races -= 1;
        await fixture.put(user, 'USER', { version: 5 + races, recent_creations: [] });
      }
      return goOn();
    };
    const session = await open(user, { sealTokens });
    expect(sealTokens).toHaveBeenCalledTimes(1);
    expect(await tokens.get(session)).toEqual(TOKENS);
    const policy = {
      bootstrap: 'on',
      maxSessionsPerUser: 1,
      sessionLimitPolicy: 'deny',
      absoluteSeconds: DAY,
    } as const;
    await expect(open(user, { sealTokens, policy })).rejects.toMatchObject({ code: 'SESSION_LIMIT' });
    expect(sealTokens).toHaveBeenCalledTimes(1);
  });

  it('open no session where they cannot be sealed', async () => {
    const user = newUser();
    const sealTokens = async () => Promise.reject(new Error('KMS is down'));
    await expect(open(user, { sealTokens })).rejects.toThrow('KMS is down');
    expect(await keysOf(user)).toEqual([]);
  });

  it.each<[string, (user: User, id: string) => Promise<unknown>]>([
    ['sign-out', (user, id) => fixture.store.revoke({ user, id, reason: 'logout' })],
    ['revocation', (user, id) => fixture.store.revoke({ user, id })],
    ['revocation of all', (user) => fixture.store.revokeAll({ user })],
    ['replacement', (user, id) => openWithout(user, id)],
    [
      'expiry, when it is noticed',
      async (user, id) => {
        fixture.state.nowSeconds += 11 * DAY;
        await fixture.store.require({ user, id }).catch(() => undefined);
      },
    ],
    ['erasure', (user) => fixture.store.markErased(user)],
    [
      'revocation of what is not understood',
      async (user, id) => {
        await fixture.put(user, `SESSION#${id}`, { kind: 'of-a-later-release' });
        await fixture.store.revoke({ user, id });
      },
    ],
  ])('end with it by %s', async (_, end) => {
    const { user, id } = await open(newUser());
    expect(await tokensOf(user)).toEqual([`PROVIDER_TOKENS#${id}`]);
    await end(user, id);
    expect(await tokensOf(user)).toEqual([]);
    expect(await tokens.get({ user, id })).toBeUndefined();
  });

  it('end with it by eviction, and those of the others stay', async () => {
    const user = newUser();
    const [first, second, third] = [await open(user), await open(user), await open(user)];
    expect((await tokensOf(user)).toSorted()).toEqual(
      [second, third].map(({ id }) => `PROVIDER_TOKENS#${id}`).toSorted(),
    );
    expect(await tokens.get(first)).toBeUndefined();
  });

  it('are erased where an ending has left them, and those of a later sign-in are not', async () => {
    const user = newUser();
    const { id } = await open(user);
    const left = await tokens.seal({ user, id }, TOKENS);
    await fixture.store.markErased(user);
    await fixture.put(user, left.item, left);
    fixture.state.nowSeconds += HOUR;
    const now = fixture.state.nowSeconds;
    const exchange = { ...requestOf(user).exchange, authTime: now, issuedAt: now, receivedAt: now };
    const later = await open(user, { exchange });
    while (!(await fixture.store.erasePage(user)).isDone);
    expect(await tokensOf(user)).toEqual([`PROVIDER_TOKENS#${later.id}`]);
  });

  it('are not read with the sessions, and cost the ending of a bearer nothing', async () => {
    const user = newUser();
    await open(user);
    const bearer = await aSession(fixture, newUser());
    fixture.sent.length = 0;
    await fixture.store.revoke(bearer);
    expect(JSON.stringify(fixture.sent.map(({ input }) => input))).not.toContain('PROVIDER_TOKENS');
    const ranges = fixture.sent.length;
    await fixture.store.getUser(user);
    expect(fixture.sent[ranges]?.input).toMatchObject({ ExpressionAttributeValues: { ':from': { S: 'SESSION#' } } });
    expect(tokensKey(user, '').item < 'SESSION#').toBe(true);
  });
});
