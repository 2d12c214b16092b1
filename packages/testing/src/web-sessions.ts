import { randomBytes } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';

const HOUR = 3600;
const DAY = 24 * HOUR;

interface WebSignIn {
  readonly user: User;
  readonly nowSeconds: number;
  /** The session at the provider, of an app that names it. */
  readonly providerSession?: { readonly sidHash: string; readonly sidKey: string };
  /** What the app writes in place of what it should, or besides. */
  readonly entry?: Attributes;
}

/**
 * Somebody signs in at a web app that keeps its sessions in the table: what its store writes, which is the session's own item and an
 * entry of the user's. By updates alone: an app may do nothing else.
 */
export async function signInAtWebApp(dynamodb: DynamoDBClient, TableName: string, signIn: WebSignIn) {
  const { user, nowSeconds, providerSession, entry = {} } = signIn;
  const [id, hash] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
  const entryKey = entryKeyOf(user, id);
  const webKey = { user_key: { S: `WEB#${hash}` }, item: { S: 'WEB' } };
  const [idle, absolute] = [nowSeconds + HOUR, nowSeconds + 30 * DAY];
  const write = (...writes: TransactWriteItem['Update'][]) =>
    dynamodb.send(new TransactWriteItemsCommand({ TransactItems: writes.map((Update) => ({ Update })) }));
  await write(
    settingAll(TableName, webKey, {
      prefix: { S: 'sess:' },
      owner: { S: userKey(user) },
      id: { S: id },
      ...(providerSession === undefined ? {} : { provider_sid_hash: { S: providerSession.sidHash } }),
      created_at_ms: { N: String(nowSeconds * 1000) },
      idle_expires_at_ms: { N: String(idle * 1000) },
      absolute_expires_at_ms: { N: String(absolute * 1000) },
      cookie: { S: '{}' },
      keys: { M: { userId: { S: JSON.stringify(user.sub) } } },
      ttl: { N: String(absolute) },
    }),
    settingAll(TableName, entryKey, {
      web_created_at: { N: String(nowSeconds) },
      web_last_seen_at: { N: String(nowSeconds) },
      web_idle_expires_at: { N: String(idle) },
      web_absolute_expires_at: { N: String(absolute) },
      web_ip: { S: '192.0.2.1' },
      web_user_agent: { S: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0' },
      web_hash: { S: hash },
      ...(providerSession === undefined
        ? {}
        : { web_sid_hash: { S: providerSession.sidHash }, web_sid_key: { S: providerSession.sidKey } }),
      ...entry,
    }),
  );

  return {
    user,
    id,
    hash,
    /** The app's own item, as it is now. */
    async item() {
      return (await dynamodb.send(new GetItemCommand({ TableName, Key: webKey, ConsistentRead: true }))).Item;
    },
    /** The entry of the user's, as it is now. */
    async entry() {
      return (await dynamodb.send(new GetItemCommand({ TableName, Key: entryKey, ConsistentRead: true }))).Item;
    },
  };
}

interface AppEnding {
  readonly user: User;
  readonly id: string;
  readonly reason: 'logout' | 'replaced' | 'evicted';
  readonly atSeconds: number;
}

/** A web app ends an entry of whatever kind, as far as an app may. Its own item, if it has one, stays as it is. */
export async function markByWebApp(dynamodb: DynamoDBClient, TableName: string, ending: AppEnding): Promise<void> {
  const { user, id, reason, atSeconds } = ending;
  const mark = { web_ended_as: { S: reason }, web_ended_at: { N: String(atSeconds) } };
  await dynamodb.send(new UpdateItemCommand(settingAll(TableName, entryKeyOf(user, id), mark)));
}

function entryKeyOf(user: User, id: string) {
  return { user_key: { S: userKey(user) }, item: { S: `SESSION#${id}` } };
}

type Attributes = NonNullable<NonNullable<TransactWriteItem['Put']>['Item']>;

function settingAll(TableName: string, Key: Attributes, fields: Attributes) {
  const names = Object.keys(fields);
  return {
    TableName,
    Key,
    UpdateExpression: `SET ${names.map((_, index) => `#${index} = :${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.values(fields).map((value, index) => [`:${index}`, value])),
  };
}
