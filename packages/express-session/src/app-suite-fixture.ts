import { expect, it } from '@jest/globals';
import { Browser } from './express-fixture.ts';
import { type tableFixture, userOf } from './table-fixture.ts';

/**
 * An app of any library, with the routes `/sign-in/<name>`, `/set/<key>`, `/slow`, `/slow-regenerate`, `/sign-out`, `/large`, and `/`,
 * which answers what is in the session. Table and address come when it is started.
 */
export class SuiteApp {
  declare table: Awaited<ReturnType<typeof tableFixture>>;
  url = '';
  /** What happens between reading a session and going on with it, at its slow routes. */
  meanwhile: () => Promise<unknown> = async () => undefined;

  signedIn = async (name: string): Promise<Browser> => {
    const browser = new Browser(this);
    await browser.get(`/sign-in/${name}`);
    return browser;
  };

  home = async (browser: Browser) => (await browser.get('/')).body;

  revoke = async (name: string): Promise<void> => {
    for (const { id } of await this.table.listed(name)) await this.table.house.revoke({ user: userOf(name), id });
  };
}

/** What holds for the sessions of an app, whichever library keeps them. */
export function itKeepsSessions(app: SuiteApp): void {
  const { signedIn, home, revoke } = app;

  it('is listed with its browser, revoked, and out at its next request', async () => {
    const browser = await signedIn('ada');
    expect(await home(browser)).toEqual({ userId: 'ada' });
    const [session] = await app.table.listed('ada');
    expect(session).toMatchObject({ kind: 'web', ip: '127.0.0.1' });
    expect(session?.userAgent).toContain('Firefox');
    await revoke('ada');
    expect(await home(browser)).toEqual({});
  });

  it('is gone from the list after its sign-out', async () => {
    const browser = await signedIn('bob');
    await browser.get('/sign-out');
    expect(await app.table.listed('bob')).toEqual([]);
    expect(await home(browser)).toEqual({});
  });

  it('keeps what each of many requests at once has put into it', async () => {
    const browser = await signedIn('cleo');
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => browser.get(`/set/${key}`)));
    expect(await home(browser)).toMatchObject(Object.fromEntries(keys.map((key) => [key, true])));
  });

  it.each(['/slow', '/slow-regenerate'])(
    'does not come back by %s of a request that had it when it was revoked',
    async (path) => {
      const browser = await signedIn('eve');
      app.meanwhile = () => revoke('eve');
      await browser.get(path);
      expect(await home(browser)).not.toHaveProperty('userId');
      expect(await app.table.listed('eve')).toEqual([]);
    },
  );

  it('goes on with what regenerate keeps of it, in one entry', async () => {
    const browser = await signedIn('fay');
    app.meanwhile = async () => undefined;
    const before = await browser.cookie();
    await browser.get('/slow-regenerate');
    expect(await browser.cookie()).not.toBe(before);
    expect(await home(browser)).toEqual({ userId: 'fay' });
    expect(await app.table.listed('fay')).toHaveLength(1);
  });

  it('that is too large is an error of its save', async () => {
    const browser = await signedIn('gus');
    expect(await browser.get('/large')).toMatchObject({ status: 500, body: { code: 'SESSION_TOO_LARGE' } });
  });
}
