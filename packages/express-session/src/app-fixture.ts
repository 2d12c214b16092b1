import { Browser } from './express-fixture.ts';
import { tableFixture, userOf } from './table-fixture.ts';

interface Listening {
  readonly url: string;
  close(): Promise<unknown>;
}

/**
 * An app of any library, with the routes `/sign-in/<name>`, `/set/<key>`, `/slow`, `/slow-regenerate`, `/sign-out`, `/large`, and `/`,
 * which answers what is in the session. It has a table of its own, once it is started.
 */
export class TestApp {
  declare table: Awaited<ReturnType<typeof tableFixture>>;
  url = '';
  /** What happens between reading a session and going on with it, at its slow routes. */
  meanwhile: () => Promise<unknown> = async () => undefined;
  readonly #listen: (app: TestApp) => Promise<Listening>;
  #close: Listening['close'] = async () => undefined;

  constructor(listen: (app: TestApp) => Promise<Listening>) {
    this.#listen = listen;
  }

  start = async (): Promise<void> => {
    this.table = await tableFixture();
    const { url, close } = await this.#listen(this);
    this.url = url;
    this.#close = close;
  };

  stop = () => this.#close();

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
