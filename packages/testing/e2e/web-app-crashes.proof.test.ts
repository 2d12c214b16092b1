import { setTimeout } from 'node:timers/promises';
import { freePort, startDynamoDbLocal } from '@cloakroom/local';
import { createSessionStore, type SessionStore } from '@cloakroom/sessions';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestTable, STORE_RULES, testDynamoDb } from '../src/index.ts';
import { startTcpSwitch, type TcpSwitch } from './tcp-switch.ts';
import { installWebApp, startWebApp, type WebApp, type WebAppEnv, WebBrowser } from './web-app.ts';

const ISSUER = 'app-shop';
const PEOPLE = 24;
const KILLS = 6;
const DOWN_MS = 10_000;

const { folder, remove } = installWebApp({ issuer: ISSUER });
let dynamodb: Awaited<ReturnType<typeof startDynamoDbLocal>>;
let wire: TcpSwitch;
let sessions: SessionStore;
let env: WebAppEnv;
let apps: Process[];

/** One of the processes of the app, which is killed and started again at the same address. */
class Process {
  readonly port: number;
  #app: WebApp | undefined;

  constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.#app = await startWebApp(folder, env, this.port);
  }

  async kill(): Promise<void> {
    await this.#app?.kill();
  }
}

beforeAll(async () => {
  dynamodb = await startDynamoDbLocal();
  process.env.CLOAKROOM_TEST_DYNAMODB = dynamodb.endpoint;
  const client = testDynamoDb();
  const table = await createTestTable(client, 'sessions');
  wire = await startTcpSwitch(dynamodb.endpoint);
  const rules = { ...STORE_RULES, remainingMs: () => Number.POSITIVE_INFINITY };
  sessions = createSessionStore({ dynamodb: client, table, nowMs: Date.now, ...rules });
  env = {
    SESSIONS_TABLE: table,
    AWS_ENDPOINT_URL: wire.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  apps = [new Process(await freePort()), new Process(await freePort())];
  await Promise.all(apps.map((app) => app.start()));
});
afterAll(async () => {
  await Promise.all((apps ?? []).map((app) => app.kill()));
  await wire?.cut();
  await dynamodb?.stop();
  remove();
});

/** What one person has seen. Each works by turns at both processes, one request after the other. */
class Person {
  readonly name: string;
  readonly browser = new WebBrowser();
  /** Cookies of sessions that are over, since somebody has said so. */
  readonly over: string[] = [];
  #views = 0;
  #turn = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Asks until some process answers: a request to one that was killed may have been done, or not. */
  async #ask(path: string, init: RequestInit = {}) {
    for (;;) {
      this.#turn += 1;
      const at = apps[this.#turn % apps.length]?.url ?? '';
      const answer = await this.browser.ask(at + path, init).catch(() => undefined);
      if (answer?.status === 200) return answer.body;
      await setTimeout(20);
    }
  }

  async signIn(): Promise<void> {
    await this.#ask('/sign-in', { method: 'POST', body: JSON.stringify({ name: this.name }) });
    this.#views = 0;
  }

  /** Everything that was acknowledged is there. */
  async look(): Promise<void> {
    const { userId, views } = await this.#ask('/');
    expect([this.name, userId]).toEqual([this.name, this.name]);
    expect(views).toBeGreaterThan(this.#views);
    this.#views = Number(views);
  }

  async signOut(): Promise<void> {
    const { cookie } = this.browser;
    await this.#ask('/sign-out', { method: 'POST' });
    this.over.push(cookie);
  }

  async lookWithOld(): Promise<void> {
    for (const cookie of this.over) {
      this.browser.cookie = cookie;
      const { userId } = await this.#ask('/');
      expect([this.name, userId]).toEqual([this.name, null]);
    }
  }
}

const everybody = Array.from({ length: PEOPLE }, (_, index) => new Person(`person-${index}`));

/** People at work, some of whom sign out, or are revoked, now and then. */
async function work(person: Person, index: number, isOver: () => boolean): Promise<void> {
  await person.signIn();
  for (let round = 1; !isOver(); round += 1) {
    await person.look();
    if (round % 7 !== 0 || index % 3 === 0) continue;
    if (index % 3 === 1) await person.signOut();
    else {
      person.over.push(person.browser.cookie);
      await sessions.revokeAll({ user: { issuer: ISSUER, sub: person.name } });
    }
    await person.signIn();
  }
}

it('loses no session, and brings none back, while its processes are killed in the middle of load', async () => {
  let isOver = false;
  const working = Promise.all(everybody.map((person, index) => work(person, index, () => isOver)));
  const killing = async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const app = apps[kill % apps.length];
      await setTimeout(400);
      await app?.kill();
      await app?.start();
    }
  };
  await killing().finally(() => {
    isOver = true;
  });
  await working;
  for (const person of everybody) await person.look();
  const over = everybody.filter((person) => person.over.length > 0);
  expect(over.length).toBeGreaterThan(PEOPLE / 2);
  for (const person of over) await person.lookWithOld();
});

it('signs nobody out while DynamoDB is down for ten seconds', async () => {
  const signedIn = everybody.slice(0, 8);
  for (const person of signedIn) await person.signIn();
  const cookies = signedIn.map(({ browser }) => browser.cookie);
  await wire.cut();
  const upAgainAt = Date.now() + DOWN_MS;
  const statuses = new Set<number>();
  while (Date.now() < upAgainAt) {
    const asked = await Promise.all(signedIn.map(({ browser }) => browser.ask(`${apps[0]?.url}/`)));
    for (const { status } of asked) statuses.add(status);
  }
  expect([...statuses]).toEqual([503]);
  await wire.mend();
  expect(signedIn.map(({ browser }) => browser.cookie)).toEqual(cookies);
  for (const person of signedIn) await person.look();
});
