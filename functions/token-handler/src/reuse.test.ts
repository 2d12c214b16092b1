import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bench, createBrowser, signIn, startBench, type TestBrowser } from './handler-fixture.ts';
import { copyOf, isIn, REFRESH, refreshesAt, sessionOf, signedIn } from './ticket-fixture.ts';

const MINUTE = 60;
const GRACE = 30;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.provider.stop());
beforeEach(() => void bench.telemetry.counts.splice(0));

const detections = () => bench.telemetry.counts.filter(({ metric }) => metric === 'ReuseDetected').length;

/** Refreshes that arrive, and are used, so far apart that each asks the provider. */
async function goOn(browser: TestBrowser, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    bench.pass(MINUTE);
    expect((await browser.fetch(REFRESH)).status).toBe(200);
    expect(await isIn(browser)).toBe(true);
  }
}

/** The reuse is found by the next request of the one, and it is the other's end, too. */
async function expectDetected(found: TestBrowser, other: TestBrowser, route: string): Promise<void> {
  for (const [browser, path] of [
    [found, route],
    [other, 'GET /auth/session'],
  ] as const) {
    const { status, body } = await browser.fetch(path);
    expect({ status, error: body.error }).toMatchObject({ status: 410, error: { endedReason: 'reuse_detected' } });
  }
}

describe('a ticket that two have', () => {
  const refreshed = [1, 2, 5].flatMap((times) => [
    ['the thief', times, 'GET /auth/session'] as const,
    ['the thief', times, REFRESH] as const,
    ['the victim', times, 'GET /auth/session'] as const,
    ['the victim', times, REFRESH] as const,
  ]);
  it.each(refreshed)('ends when %s has refreshed it %i times and the other comes by %s', async (who, times, route) => {
    const { browser: victim, session } = await signedIn(bench);
    const thief = copyOf(victim, bench);
    const [first, second] = who === 'the thief' ? [thief, victim] : [victim, thief];
    await goOn(first, times);
    bench.pass(GRACE);
    await expectDetected(second, first, route);
    expect(detections()).toBe(1);
    // It burns: whoever has the cookie of the provider's session, too, must prove more.
    const { location } = await signIn(bench, createBrowser(bench), session);
    expect(location).toContain('/auth/left?');
  });

  it('goes on for both within the grace, and ends after it', async () => {
    const { browser: victim } = await signedIn(bench);
    const thief = copyOf(victim, bench);
    await goOn(victim, 1);
    bench.pass(GRACE - 1);
    expect(await isIn(thief)).toBe(true);
    expect(await isIn(victim)).toBe(true);
    bench.pass(1);
    await expectDetected(thief, victim, 'GET /auth/session');
  });

  it('is found out after the next refresh of either, when both have taken the new secret', async () => {
    const { browser: victim } = await signedIn(bench);
    const thief = copyOf(victim, bench);
    await goOn(victim, 1);
    expect((await thief.fetch(REFRESH)).status).toBe(200);
    expect(thief.ticket).toBe(victim.ticket);
    bench.pass(GRACE);
    await goOn(thief, 1);
    bench.pass(GRACE);
    await expectDetected(victim, thief, REFRESH);
  });
});

/** Every way in which each of four answers arrives or not. */
const PATTERNS = Array.from({ length: 16 }, (_, bits) => [1, 2, 4, 8].map((bit) => (bits & bit) !== 0));

describe('a lost answer', () => {
  it.each([1, GRACE + 1])(
    'signs nobody out, whichever of them are lost, when the next request comes after %i s',
    async (pause) => {
      for (const pattern of PATTERNS) {
        const { browser } = await signedIn(bench);
        for (const isLost of pattern) {
          bench.pass(pause);
          const { status } = await (isLost ? copyOf(browser, bench) : browser).fetch(REFRESH);
          bench.pass(pause);
          expect([pattern, status, await isIn(browser)]).toEqual([pattern, 200, true]);
        }
      }
      expect(detections()).toBe(0);
    },
  );

  it.each([
    [GRACE - 1, 1],
    [GRACE + 1, 2],
  ])(
    'that only comes late is no other: after %i s the secret is the same, and the provider was asked %i times',
    async (pause, times) => {
      const { browser } = await signedIn(bench);
      const late = copyOf(browser, bench);
      const before = refreshesAt(bench);
      await late.fetch(REFRESH);
      bench.pass(pause);
      await browser.fetch(REFRESH);
      expect(browser.ticket).toBe(late.ticket);
      expect(refreshesAt(bench) - before).toBe(times);
    },
  );
});

describe('somebody who knows the public id of a session', () => {
  const family = 'A'.repeat(22);
  const secret = 'A'.repeat(43);
  it.each<readonly [string, (own: readonly string[]) => readonly string[]]>([
    ['a family and a secret made up', ([key = '', id = '']) => [key, id, family, secret]],
    ["another's family, and the secret of the session", ([key = '', id = '', , own = '']) => [key, id, family, own]],
    ['a wrong family after its secret was replaced', ([key = '', id = '']) => [key, id, family, secret]],
  ])('changes nothing with %s', async (name, forge) => {
    const { browser } = await signedIn(bench);
    if (name.includes('replaced')) await goOn(browser, 2);
    const forged = createBrowser(bench);
    forged.cookies.set('__Host-cloakroom', forge((browser.ticket ?? '').split('.')).join('.'));
    const before = await sessionOf(browser, bench);
    const asked = refreshesAt(bench);
    const forgery = forged.ticket ?? '';
    for (const [route, status] of [
      [REFRESH, 401],
      ['GET /auth/session', 401],
      ['POST /auth/logout', 200],
    ] as const) {
      forged.cookies.set('__Host-cloakroom', forgery);
      expect([route, (await forged.fetch(route)).status]).toEqual([route, status]);
    }
    expect(await sessionOf(browser, bench)).toEqual(before);
    expect(refreshesAt(bench)).toBe(asked);
    expect(await isIn(browser)).toBe(true);
  });
});
