import { testKms } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../model/session.ts';
import { DAY, type Fixture, HOUR, newUser, START, sentBy, storeFixture } from '../store-fixture.ts';
import { createTokenStore, type TokenStore } from '../tokens/token-store.ts';
import type { TicketRecheck } from './recheck-ticket.ts';

let fixture: Fixture;
let tokens: TokenStore;
beforeAll(async () => {
  fixture = await storeFixture();
  tokens = createTokenStore({ ...fixture.table, kms: testKms().kms, keyId: 'tokens' });
});
beforeEach(() => fixture.reset());

const RIGHTS = { scope: 'openid', groups: ['staff'] };

interface Opening {
  readonly sidHash?: string;
  readonly refreshToken?: string;
  readonly recheckSeconds?: number;
}

async function open({ sidHash, refreshToken, recheckSeconds = HOUR }: Opening = {}): Promise<Session> {
  const now = fixture.state.nowSeconds;
  const times = { authTime: now - HOUR, issuedAt: now, receivedAt: now };
  const result = await fixture.store.openTicket({
    exchange: {
      user: newUser(),
      clientId: 'spa',
      ...times,
      ...RIGHTS,
      acr: 'mfa',
      isSilent: false,
      ...(sidHash && { sidHash }),
    },
    client: { ip: '192.0.2.1', userAgent: 'Firefox' },
    policy: { bootstrap: 'on', maxSessionsPerUser: 3, sessionLimitPolicy: 'evict-oldest', absoluteSeconds: 10 * DAY },
    recheckSeconds,
    ...(refreshToken && { sealTokens: (address) => tokens.seal(address, { refreshToken }) }),
  });
  if (result.verdict !== 'open') throw new Error('leave first');
  return result.session;
}

/** A thousand seconds later. */
function recheck({ user, id }: Session, fields: Partial<TicketRecheck> = {}) {
  fixture.state.nowSeconds = START + 1000;
  return fixture.store.recheckTicket({ user, id, sidHash: undefined, recheckSeconds: HOUR, rights: RIGHTS, ...fields });
}

describe('a recheck of a ticket', () => {
  it('moves the next one, takes the rights of now, and leaves the rest as it is', async () => {
    const session = await open();
    const rights = { scope: 'openid orders', groups: [], roles: [{ claim: 'role', value: 'admin' }] };
    expect(await recheck(session, { rights })).toBe(true);
    const ticket = { ...session.ticket, recheckAt: START + 1000 + HOUR, renewedAt: START + 1000 };
    expect(await fixture.store.get(session.user, session.id)).toEqual({ ...session, ...rights, ticket });
  });

  it('takes one GetItem and one transaction', async () => {
    const session = await open();
    fixture.sent.length = 0;
    await recheck(session);
    expect(sentBy(fixture)).toEqual(['GetItemCommand', 'TransactWriteItemsCommand']);
  });

  it('ends the time that an outage had given', async () => {
    const session = await open({ recheckSeconds: 600 });
    fixture.state.nowSeconds = START + 600;
    await fixture.store.postponeRecheck(session, HOUR);
    const ticketOf = async () => (await fixture.store.get(session.user, session.id))?.ticket;
    expect(await ticketOf()).toHaveProperty('recheckDueAt');
    await recheck(session);
    expect(await ticketOf()).not.toHaveProperty('recheckDueAt');
  });

  it.each([
    ['the same', 'one', 'one', true],
    ['another', 'one', 'two', false],
    ['none that is told', 'one', undefined, false],
    ['one, where none was told', undefined, 'one', false],
  ])('from %s session at the provider', async (_, before, now, isKept) => {
    const session = await open(before === undefined ? {} : { sidHash: before });
    expect(await recheck(session, { sidHash: now })).toBe(isKept);
    expect((await fixture.store.get(session.user, session.id))?.ticket?.recheckAt).toBe(
      isKept ? START + 1000 + HOUR : START + HOUR,
    );
  });

  it.each<readonly [string, (session: Session) => Promise<unknown>]>([
    ['was ended', (session) => fixture.store.revoke(session)],
    [
      'has expired',
      async () => {
        fixture.state.nowSeconds = START + HOUR;
      },
    ],
    ['never was', (session) => fixture.remove(session.user, `SESSION#${session.id}`)],
  ])('brings nothing back that %s', async (_, end) => {
    const session = await open({ refreshToken: 'old' });
    await end(session);
    const before = await fixture.items(session.user);
    const request = { user: session.user, id: session.id, sidHash: undefined, recheckSeconds: HOUR, rights: RIGHTS };
    expect(
      await fixture.store.recheckTicket({ ...request, tokens: await tokens.seal(session, { refreshToken: 'new' }) }),
    ).toBe(false);
    expect(await fixture.items(session.user)).toEqual(before);
  });

  it('brings nothing back that is ended while it is decided', async () => {
    const session = await open();
    fixture.state.intercept = async (_, goOn) => {
      fixture.state.intercept = undefined;
      const answer = await goOn();
      await fixture.store.revoke(session);
      return answer;
    };
    expect(await recheck(session)).toBe(false);
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
  });

  it('goes on for one who has ended all others, and so has raised the watermark', async () => {
    const session = await open();
    await fixture.store.revokeAll({ user: session.user, except: session.id });
    expect(await recheck(session)).toBe(true);
  });
});

describe('the tokens of a recheck', () => {
  const given = async (session: Session, refreshToken = 'new') =>
    recheck(session, { tokens: await tokens.seal(session, { refreshToken }) });

  it.each([['old'], [undefined]])('take the place of those before: %s', async (refreshToken) => {
    const session = await open(refreshToken === undefined ? {} : { refreshToken });
    await given(session);
    expect(await tokens.get(session)).toEqual({ refreshToken: 'new' });
    const { ttl } = (await fixture.items(session.user))[`PROVIDER_TOKENS#${session.id}`] ?? {};
    expect(ttl).toBe(session.absoluteExpiresAt);
  });

  it('are not needed while somebody is about to refresh those that are there', async () => {
    const session = await open({ refreshToken: 'old' });
    fixture.state.nowSeconds = START + 1000;
    await tokens.lease(session);
    expect(await given(session)).toBe(true);
    expect(await tokens.get(session)).toEqual({ refreshToken: 'old' });
  });

  it('take the place of those of whoever never came back', async () => {
    const session = await open({ refreshToken: 'old' });
    await tokens.lease(session);
    await given(session);
    expect(await tokens.lease(session)).toMatchObject({
      outcome: 'taken',
      isAbandoned: false,
      tokens: { refreshToken: 'new' },
    });
  });
});
