import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { jsonText, type Login, type User, userKey } from '@cloakroom/core';
import {
  aCreation,
  newUser as anyUser,
  aPolicy,
  aSignIn,
  createTestTable,
  type Interception,
  interceptedDynamoDb,
  STORE_RULES,
  testDynamoDb,
} from '@cloakroom/testing';
import { createSessionStore, createTicketStore, type SessionStore, type TicketStore } from './index.ts';
import type { Lifetimes } from './model/lifetime.ts';
import type { CreationPolicy, CreationRequest } from './model/new-session.ts';
import { type SessionTable, toItem, toPlain } from './table/table.ts';

export type { Interceptor, SentCommand } from '@cloakroom/testing';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export const IDLE = STORE_RULES.idle;

export const LIFETIMES: Lifetimes = { idle: IDLE, loginMaxLifetimeSeconds: STORE_RULES.loginMaxLifetimeSeconds };

/** A moment in 2026, in epoch seconds. */
export const START = 1_780_000_000;

export const POLICY: CreationPolicy = aPolicy({ maxSessionsPerUser: 3, maxCreationsPerHour: 1000 });

export const newUser = (): User => anyUser('local');

export function aLogin(fields: Partial<Login> = {}): Login {
  return aSignIn({ user: newUser(), authTime: START, scope: 'openid', groups: ['staff'], ...fields });
}

/** A sign-in that is known by its `sid`, of a provider session of its own unless told otherwise. */
export function aSidLogin(fields: Partial<Login> = {}): Login {
  return aLogin({ claim: 'sid', sidHash: randomBytes(16).toString('base64url'), ...fields });
}

export function aRequest(
  fields: Partial<Login> = {},
  policy: Partial<CreationPolicy> = {},
): CreationRequest & { login: Login } {
  return aCreation(aLogin(fields), { ...POLICY, ...policy });
}

interface State extends Interception {
  nowSeconds: number;
  /** How those who lost a race wait. */
  sleep: (ms: number) => Promise<void>;
  /** How much of the invocation is left. */
  remainingMs: () => number;
}

/** Nothing happens to what is sent, and a transaction is in the way for as long as DynamoDB Local takes for it. */
function calm(): State {
  return {
    nowSeconds: START,
    intercept: undefined,
    sleep: setTimeout,
    remainingMs: () => Number.POSITIVE_INFINITY,
    holdTransaction: async (end) => end(),
  };
}

export type Fixture = Awaited<ReturnType<typeof storeFixture>>;

export const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const CLIENT = { ip: '192.0.2.9', userAgent: 'curl', device: 'printer' };

export const sentBy = ({ sent }: Fixture) => sent.map((command) => command.constructor.name);

export const addressOf = ({ user, id }: { user: Parameters<Fixture['items']>[0]; id: string }) => ({
  user,
  id,
});

export async function aSession(fixture: Fixture, user = newUser(), data?: { readonly a: number }) {
  const { session } = await fixture.store.create({
    ...aRequest({ user, authTime: fixture.state.nowSeconds }),
    data: data && jsonText(data),
  });
  return session;
}

export function aRecord(fixture: Fixture, user = newUser()) {
  const client = { client: CLIENT, clientId: 'batch' };
  return fixture.store.createRecord({ user, ...client, data: jsonText({ order: 7 }), policy: POLICY });
}

/** Does something just before the first command of this kind goes out. */
export function doBefore({ state }: Fixture, kind: string, meanwhile: () => Promise<unknown>): void {
  state.intercept = async (command, goOn) => {
    if (command.constructor.name !== `${kind}Command`) return goOn();
    state.intercept = undefined;
    await meanwhile();
    return goOn();
  };
}

/** A table, a clock that tests move, and a look at what is sent and stored. */
export async function storeFixture(lifetimes = LIFETIMES) {
  const real = testDynamoDb();
  const name = await createTestTable(real, 'sessions');
  const state = calm();
  const { dynamodb, sent } = interceptedDynamoDb(real, state);
  const table: SessionTable = {
    dynamodb,
    items: sdkItems(dynamodb),
    table: name,
    nowMs: () => state.nowSeconds * 1000 + 999,
    ...lifetimes,
    races: { sleep: (ms) => state.sleep(ms), random: Math.random, remainingMs: () => state.remainingMs() },
  };
  const options = { ...table, remainingMs: table.races.remainingMs };
  const store: SessionStore & TicketStore = { ...createSessionStore(options), ...createTicketStore(options) };
  /** As it is at first, but for what the table holds. */
  const reset = () => {
    Object.assign(state, calm());
    sent.length = 0;
  };
  return { real, name, sent, state, reset, table, store, ...itemsOf(real, name) };
}

function itemsOf(dynamodb: SessionTable['dynamodb'], name: string) {
  /** All items of a user as DynamoDB has them. */
  const rawItems = async (user: User): Promise<Record<string, AttributeValue>[]> => {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: name,
        ConsistentRead: true,
        KeyConditionExpression: 'user_key = :key',
        ExpressionAttributeValues: toItem({ ':key': userKey(user) }),
      }),
    );
    return Items;
  };
  return {
    rawItems,
    /** All items of a user, by sort key. */
    async items(user: User): Promise<Record<string, Record<string, unknown>>> {
      const items = await rawItems(user);
      return Object.fromEntries(items.map(toPlain).map((item) => [String(item.item), item]));
    },
    /** One item as DynamoDB has it. */
    async raw(user: User, item: string): Promise<Record<string, AttributeValue> | undefined> {
      const Key = toItem({ user_key: userKey(user), item });
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: name, Key, ConsistentRead: true }));
      return Item;
    },
    async remove(user: User, item: string): Promise<void> {
      const Key = toItem({ user_key: userKey(user), item });
      await dynamodb.send(new DeleteItemCommand({ TableName: name, Key }));
    },
    async put(user: User, item: string, fields: object): Promise<void> {
      const Item = toItem({ ...fields, user_key: userKey(user), item });
      await dynamodb.send(new PutItemCommand({ TableName: name, Item }));
    },
  };
}
