import { Browser } from './express-fixture.ts';
import { tableFixture, userOf } from './table-fixture.ts';

interface Listening {
  readonly url: string;
  close(): Promise<unknown>;
}

/**
 * An app of any library, with the routes `/sign-in/<name>`, `/set/<key>`, `/slow`, `/slow-regenerate`,
 * `/regenerate-again`, `/sign-out`, `/large`, and `/`,
 * which answers what is in the session. It has a table of its own, once it is started.
 */
export class TestApp {
  declare table: Awaited<ReturnType<typeof tableFixture>>;
  url = '';
  /** What happens between reading a session and going on with it, at its slow routes. */
  meanwhile: () => Promise<unknown> = async () => undefined;
  /** What stores have asked of the table. */
  readonly sent: string[] = [];
  /** How the way to the table fails at the moment. */
  failing: (() => Promise<never>) | undefined;
  readonly client = {
    send: (command: never): unknown => {
      this.sent.push((command as object).constructor.name);
      return this.failing?.() ?? this.table.client.send(command);
    },
  };
  /** DynamoDB is down from now on. */
  fail = (): void => {
    this.failing = () => Promise.reject(new Error('down'));
  };

  /** It is for the next request to it. */
  failOnce = (): void => {
    this.failing = () => {
      this.failing = undefined;
      return Promise.reject(new Error('throttled'));
    };
  };

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

  /** A request, with what the table was asked for. */
  asked = async (browser: Browser, path: string) => {
    this.sent.length = 0;
    const answer = await browser.get(path);
    return { ...answer, sent: [...this.sent] };
  };

  home = async (browser: Browser) => (await browser.get('/')).body;

  revoke = async (name: string): Promise<void> => {
    for (const { id } of await this.table.listed(name)) await this.table.house.revoke({ user: userOf(name), id });
  };
}
