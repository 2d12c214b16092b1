import { hash, randomUUID } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkItems, sdkTransactions } from '@cloakroom/aws/dynamodb';
import type { User } from '@cloakroom/core';
import { createWebSessions, type WebContent, type WebSession, type WebSessions } from '@cloakroom/sessions/web';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleWithout, SCANNING, SHOP, startWebAppAccount, type WebAppAccount } from '../testing/web-app-account.ts';

const HOUR_MS = 3_600_000;
let account: WebAppAccount;
beforeAll(async () => {
  account = await startWebAppAccount();
}, 120_000);
afterAll(() => account?.stop());

/** The store of an app. */
async function storeOf(role: string): Promise<WebSessions> {
  const client = await account.clientOf(role);
  return createWebSessions({
    items: { ...sdkItems(client), ...sdkTransactions(client) },
    table: account.table,
    prefix: 'sess:',
    nowMs: Date.now,
    absoluteMs: 24 * HOUR_MS,
    limit: { maxSessionsPerUser: 1, sessionLimitPolicy: 'evict-oldest' },
    onMalformed: (error) => {
      throw error;
    },
  });
}

const content = (fields: Partial<WebContent> = {}): WebContent => ({
  owner: undefined,
  cookie: '{"path":"/"}',
  keys: new Map([['cart', JSON.stringify(randomUUID())]]),
  expiresAtMs: Date.now() + HOUR_MS,
  slackMs: 0,
  ...fields,
});
const newUser = (): User => ({ issuer: 'app-shop', sub: randomUUID() });
const ownedBy = (user: User, sidHash?: string) => ({
  owner: {
    user,
    client: { ip: '192.0.2.9', userAgent: 'a browser' },
    ...(sidHash === undefined ? {} : { providerSession: { sidHash, sidKey: `key-of-${sidHash}` } }),
  },
});
const newHash = () => hash('sha256', randomUUID(), 'base64url');

async function saved(store: WebSessions, sid: string, before: WebSession | undefined, of: Partial<WebContent> = {}) {
  const outcome = await store.set({ sid, before, content: content(of) });
  if (outcome.outcome !== 'saved') throw new Error('it had ended');
  return outcome.session;
}

/** A session that somebody who may has made. */
async function there(of: Partial<WebContent> = {}) {
  const sid = randomUUID();
  return { sid, session: await saved(await storeOf(SHOP), sid, undefined, of) };
}

/** A bearer's session of a user, which is in the way of another one. */
async function bearerOf({ issuer, sub }: User) {
  const key = { user_key: { S: `U#${issuer}#${sub}` }, item: { S: `SESSION#${randomUUID()}` } };
  const nowSeconds = Math.floor(Date.now() / 1000);
  const numbers = {
    created_at: nowSeconds - 60,
    last_seen_at: nowSeconds - 60,
    idle_expires_at: nowSeconds + 3600,
    absolute_expires_at: nowSeconds + 7200,
    auth_time: nowSeconds - 60,
    version: 1,
  };
  const texts = { kind: 'bearer', login_id: 'login', client_id: 'c', scope: '', ip: '', user_agent: '' };
  await account.developer.send(
    new PutItemCommand({
      TableName: account.table,
      Item: {
        ...key,
        groups: { L: [] },
        ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
        ...Object.fromEntries(Object.entries(numbers).map(([name, N]) => [name, { N: String(N) }])),
      },
    }),
  );
  return key;
}

/** What the store does, each on sessions of its own. */
const OPERATIONS: Readonly<Record<string, (store: WebSessions) => Promise<unknown>>> = {
  get: async (store) => store.get((await there()).sid),
  'set, of nobody': async (store) => {
    const { sid, session } = await there();
    return saved(store, sid, session);
  },
  'the first set': (store) => saved(store, randomUUID(), undefined),
  'sign-in': async (store) => {
    const { sid, session } = await there();
    return saved(store, sid, session, ownedBy(newUser()));
  },
  'sign-in, with a session at the provider': (store) =>
    saved(store, randomUUID(), undefined, ownedBy(newUser(), newHash())),
  'sign-in, which evicts a bearer': async (store) => {
    const user = newUser();
    const Key = await bearerOf(user);
    await saved(store, randomUUID(), undefined, ownedBy(user));
    const { Item } = await account.developer.send(new GetItemCommand({ TableName: account.table, Key }));
    expect(Item).toMatchObject({ web_ended_as: { S: 'evicted' } });
  },
  'set, of a user': async (store) => {
    const of = ownedBy(newUser());
    const { sid, session } = await there(of);
    return saved(store, sid, session, of);
  },
  touch: async (store) => {
    const of = ownedBy(newUser());
    const { sid, session } = await there(of);
    const later = content({ ...of, keys: session.keys, expiresAtMs: Date.now() + 2 * HOUR_MS });
    expect(await store.touch({ sid, before: session, content: later })).toMatchObject({ isWritten: true });
  },
  'sign-out': async (store) => {
    const { sid } = await there(ownedBy(newUser()));
    expect(await store.end(sid, 'logout')).toEqual({ outcome: 'ended' });
  },
  'sign-out, of nobody': async (store) => {
    expect(await store.end((await there()).sid, 'logout')).toEqual({ outcome: 'ended' });
  },
  all: async (store) => {
    const { sid } = await there();
    const { hash: wanted } = (await (await storeOf(SHOP)).get(sid)) ?? {};
    const hashes: string[] = [];
    for await (const page of store.pages()) hashes.push(...page.map((session) => session.hash));
    expect(hashes).toContain(wanted);
  },
};

const SIGN_INS = ['sign-in', 'sign-in, with a session at the provider', 'sign-in, which evicts a bearer'];
/** Which of them an action is for. */
const NEEDED_BY: Readonly<Record<string, readonly string[]>> = {
  'ReadWebSessions dynamodb:GetItem': ['get', 'sign-out', 'sign-out, of nobody'],
  'FindUserSessions dynamodb:Query': SIGN_INS,
  'ChangeWebSessions dynamodb:UpdateItem': ['set, of nobody', 'the first set', ...SIGN_INS.slice(1), 'set, of a user'],
  'ChangeUserSessions dynamodb:ConditionCheckItem': [SIGN_INS[1] ?? ''],
  'ChangeUserSessions dynamodb:UpdateItem': [...SIGN_INS, 'set, of a user', 'touch', 'sign-out'],
  'UseTableKey kms:Decrypt': Object.keys(OPERATIONS),
  'ScanWebSessions dynamodb:Scan': ['all'],
};

describe("an app's role", () => {
  it.each(Object.entries(OPERATIONS).filter(([name]) => name !== 'all'))(
    'may do what the store does: %s',
    async (_, operation) => {
      await operation(await storeOf(SHOP));
    },
  );

  it('may list all sessions where the environment says so, and not otherwise', async () => {
    await OPERATIONS.all?.(await storeOf(SCANNING));
    await expect(OPERATIONS.all?.(await storeOf(SHOP))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('has no action without a use', () => {
    expect(account.granted.map(({ sid, action }) => `${sid} ${action}`).toSorted()).toEqual(
      Object.keys(NEEDED_BY).toSorted(),
    );
  });

  it.each(Object.entries(NEEDED_BY))('cannot do without %s', async (grant, names) => {
    const [sid = '', action = ''] = grant.split(' ');
    const store = await storeOf(roleWithout({ sid, action }));
    const failed: string[] = [];
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      await operation(store).catch((error: Error) => {
        expect(error.message).toContain(`because no identity-based policy allows the ${action} action`);
        failed.push(name);
      });
    }
    expect(failed).toEqual(names);
  });
});
