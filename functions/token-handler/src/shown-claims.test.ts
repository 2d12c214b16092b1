import { afterEach, describe, expect, it } from '@jest/globals';
import { aProviderSession, type Bench, createBrowser, FRONTEND, signIn, startBench } from './handler-fixture.ts';

let bench: Bench;
afterEach(() => bench.provider.stop());

/** Somebody who has signed in, of whom the ID token tells this. */
async function signedIn(idClaims: object, claims?: readonly string[]) {
  bench = await startBench({ browser: claims === undefined ? {} : { claims } });
  bench.provider.behave({ idClaims: { ...idClaims } });
  const browser = createBrowser(bench);
  const person = aProviderSession(bench);
  const { location } = await signIn(bench, browser, person);
  expect(location).toBe(`${FRONTEND}/#`);
  return { browser, user: { issuer: 'main', sub: person.sub } };
}

describe('what a page may see of a person', () => {
  const ADA = { name: 'Ada 💚 Lovelace', email: 'ada@example.com' };

  it('is what the configuration lists of the ID token, and nothing else', async () => {
    const { browser } = await signedIn(ADA, ['name', 'picture']);
    expect((await browser.fetch('GET /auth/session')).body.data.claims).toEqual({ name: ADA.name });
  });

  it('is nothing, where nothing is listed', async () => {
    const { browser } = await signedIn(ADA);
    expect((await browser.fetch('GET /auth/session')).body.data).not.toHaveProperty('claims');
  });

  it('is nothing where it is over 2 KiB, which refuses nobody and is logged without its content', async () => {
    const { browser } = await signedIn({ name: '💚'.repeat(600) }, ['name']);
    expect((await browser.fetch('GET /auth/session')).body.data).not.toHaveProperty('claims');
    const line = bench.telemetry.lines.find(({ code }) => code === 'sign_in.claims_too_large');
    expect(line?.fields).toMatchObject({ issuer: 'main', bytes: 2411 });
    expect(JSON.stringify(bench.telemetry.lines)).not.toContain('💚');
  });

  it('is gone with the session', async () => {
    const { browser, user } = await signedIn(ADA, ['name']);
    const [session] = (await bench.sessions.list(user)).sessions;
    const address = { user, id: session?.id ?? '' };
    expect(await bench.sessions.getClaims(address)).toBeDefined();
    await browser.fetch('POST /auth/logout');
    expect(await bench.sessions.getClaims(address)).toBeUndefined();
  });
});
