import { formatTicket, type Session } from '@cloakroom/sessions';
import { aPolicy } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bench, createBrowser, startBench, type TestBrowser } from './handler-fixture.ts';
import { REFRESH } from './ticket-fixture.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());

/** With tokens of a provider that the configuration does not have any more. */
async function signedInThen(): Promise<{ browser: TestBrowser; session: Session }> {
  const now = bench.now();
  const result = await bench.sessions.openTicket({
    exchange: {
      ...{ user: { issuer: 'gone', sub: crypto.randomUUID() }, clientId: 'web', scope: '', groups: [] },
      ...{ authTime: now - 60, issuedAt: now, receivedAt: now, isSilent: false },
    },
    client: { ip: '', userAgent: '' },
    policy: aPolicy(),
    recheckSeconds: 3600,
    sealTokens: (address) => bench.tokens.seal(address, { refreshToken: 'canary-refresh-token' }),
  });
  if (result.verdict !== 'open') throw new Error(`leave first: ${result.why}`);
  const browser = createBrowser(bench);
  browser.cookies.set('__Host-cloakroom', formatTicket(result.cookie));
  return { browser, session: result.session };
}

describe('a ticket of an issuer that was taken out of the configuration', () => {
  it.each(['GET /auth/session', REFRESH])('is none at %s, and its tokens go to no other provider', async (route) => {
    const { browser } = await signedInThen();
    expect((await browser.fetch(route)).status).toBe(401);
    expect(bench.provider.posted).toEqual([]);
  });

  it('ends at a sign-out all the same, of which no other provider is told', async () => {
    const { browser, session } = await signedInThen();
    expect((await browser.fetch('POST /auth/logout')).status).toBe(200);
    expect(await bench.sessions.getEnded(session.user, session.id)).toMatchObject({ reason: 'logout' });
    expect(bench.provider.posted).toEqual([]);
  });
});
