import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { textFromBase64url } from '@cloakroom/core';
import type { BehaviourChanges, LogoutTokenWish, Refresh } from '@cloakroom/local';
import { type Browser, createBrowser } from '@cloakroom/local/token';
import { expect } from '@jest/globals';
import { type BrowserApp, browserApp } from './browser-app.ts';
import type { Dev } from './dev.ts';
import { readLogs } from './logs.ts';

const SESSIONS = 'cloakroom-dev-sessions';
const TABLES = [SESSIONS, 'cloakroom-dev-events'];

export const CSRF = { 'x-cloakroom-csrf': '1' };
export const TICKET = '__Host-cloakroom';

/** Browsers before a running system with `--provider-control`. The API's own origin is their frontend. */
export interface Browsers extends Pick<BrowserApp, 'begin' | 'call' | 'fillIn' | 'open'> {
  /** A page of the frontend. */
  readonly app: string;
  /** Makes the provider depart from what a good one does, from now on. */
  behave(behaviour: BehaviourChanges): Promise<void>;
  /** The refreshes of a user that the provider saw, refused ones too. */
  refreshesOf(user: string): Promise<readonly Refresh[]>;
  /** Ends every session of a user at the provider, as an administrator does: their clients get logout tokens. */
  endSessionsOf(user: string): Promise<void>;
  /** The `sid` of each session in which a user is signed in at the provider. */
  sessionsOf(user: string): Promise<readonly string[]>;
  /** A logout token, good or bad. */
  logoutToken(wish: LogoutTokenWish): Promise<string>;
  /** The provider sends one to the API, and tells what that answers. */
  sendLogoutToken(token: string): Promise<{ readonly status: number; readonly body: string }>;
  /** From a click on "sign in" back to the page, by the provider's form as often as it shows. */
  signIn(browser: Browser, user: string, query?: Readonly<Record<string, string>>): ReturnType<BrowserApp['signIn']>;
  /** A new browser of somebody who is in. */
  signedIn(user: string): Promise<Browser>;
  /** Whether it is in: by the routes of the token handler, and by the API. */
  isIn(browser: Browser): Promise<boolean>;
  /** Presses "sign out", but does not go to the provider yet. */
  signOut(browser: Browser): Promise<{ readonly logoutUrl: string | null; readonly providerSessionEnded: boolean }>;
  /** Lets the session of a browser run out. */
  expire(browser: Browser): Promise<void>;
  /** Makes it one that nobody has used for an hour. */
  age(browser: Browser): Promise<void>;
  /** Makes it one that the provider has to confirm before it lets anybody in. */
  makeDue(browser: Browser): Promise<void>;
  /** Makes its last refresh, and the first use of what that brought, one of an hour ago. */
  ageRefresh(browser: Browser): Promise<void>;
  /** What it sends as its ticket. */
  ticketOf(browser: Browser): string | undefined;
  /** Those of all tokens that the provider has given which any answer, cookie, address, item or log holds. */
  leaks(): Promise<readonly string[]>;
  /** Everything that the tables and the logs hold, as text. */
  stored(): Promise<string>;
}

type Running = Pick<Dev, 'api' | 'aws' | 'provider' | 'dataDir' | 'remember' | 'logsWithTokens' | 'output'>;

export function browsersOf(dev: Running): Browsers {
  const app = `${dev.api}/app`;
  const { begin, call, fillIn, open, seen, signIn: signInAs } = browserApp(dev.api);
  const signIn: Browsers['signIn'] = (browser, user, query) => signInAs(browser, { login: user }, query);
  const aws = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamodb = new DynamoDBClient({ endpoint: dev.aws, region: 'eu-central-1', credentials: aws });

  async function control<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(`${dev.provider}/control/${path}`, init);
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  }

  async function contentOf(TableName: string): Promise<string> {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
    // Binary attributes, too, as what could be read of them.
    const asText = (_: string, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
    return JSON.stringify(Items, asText);
  }

  /** In the table itself: nobody waits for half an hour. */
  async function changeTimes(browser: Browser, UpdateExpression: string): Promise<void> {
    const { sessionId } = (await call(browser, '/auth/session')).body.data;
    const [userKey = '', id] = String(sessionId).split('.');
    const Key = { user_key: { S: textFromBase64url(userKey) ?? '' }, item: { S: `SESSION#${id}` } };
    const hour = UpdateExpression.includes(':hour') ? { ExpressionAttributeValues: { ':hour': { N: '3600' } } } : {};
    const isThere = { ConditionExpression: 'attribute_exists(idle_expires_at)' };
    await dynamodb.send(new UpdateItemCommand({ TableName: SESSIONS, Key, UpdateExpression, ...hour, ...isThere }));
  }

  return {
    app,
    begin,
    call,
    fillIn,
    open,
    signIn,
    behave: (behaviour) => control('behaviour', behaviour),
    async refreshesOf(user) {
      return (await control<readonly Refresh[]>('refreshes', null)).filter(({ sub }) => sub === user);
    },
    endSessionsOf: (user) => control('end-sessions-of', user),
    sessionsOf: (user) => control('sessions-of', user),
    logoutToken: (wish) => control('logout-token', wish),
    sendLogoutToken: (token) => control('send-logout-token', token),
    async signedIn(user) {
      const browser = createBrowser();
      expect(await signIn(browser, user)).toEqual({ at: '/app#', forms: 1 });
      return browser;
    },
    async isIn(browser) {
      const [session, api] = [await call(browser, '/auth/session'), await call(browser, '/users/me/sessions')];
      expect((session.status === 200) === (api.status === 200)).toBe(true);
      return api.status === 200;
    },
    async signOut(browser) {
      const { status, body } = await call(browser, '/auth/logout', { method: 'POST' });
      expect(status).toBe(200);
      return body.data;
    },
    expire: (browser) => changeTimes(browser, 'SET idle_expires_at = last_seen_at'),
    age: (browser) => changeTimes(browser, 'SET last_seen_at = last_seen_at - :hour, created_at = created_at - :hour'),
    makeDue: (browser) => changeTimes(browser, 'SET recheck_at = last_seen_at'),
    ageRefresh: (browser) =>
      changeTimes(browser, 'SET renewed_at = renewed_at - :hour, confirmed_at = confirmed_at - :hour'),
    ticketOf: (browser) => browser.cookies(app).find(({ key }) => key === TICKET)?.value,
    async leaks() {
      const tokens = await control<readonly string[]>('issued', null);
      expect(tokens.length).toBeGreaterThan(2);
      for (const token of tokens) dev.remember(token);
      const everything = [...seen, ...(await Promise.all(TABLES.map(contentOf)))].join('\n');
      expect(everything).toContain('TOKENS#');
      expect(everything).toContain('/auth/callback/local?code=');
      return [...tokens.filter((token) => everything.includes(token)), ...dev.logsWithTokens()];
    },
    async stored() {
      const tables = await Promise.all(TABLES.map(contentOf));
      return [...tables, ...readLogs(dev.dataDir).values(), dev.output()].join('\n');
    },
  };
}
