import { randomBytes } from 'node:crypto';
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';
import type { AppEnd } from './model/session.ts';
import { DAY, type Fixture, HOUR, newUser } from './store-fixture.ts';
import { assignments } from './table/assignments.ts';
import { sessionKey, userRecordKey, webHash, webKey } from './table/item-key.ts';
import { type FollowUp, readFollowUp } from './table/session-change.ts';
import { getItem, keyItem, toItem } from './table/table.ts';
import { WEB_CONTENT, webEnd } from './table/web-item.ts';

/** What a test knows of a web session. */
export interface WebFixture {
  readonly user: User;
  readonly id: string;
  readonly hash: string;
}

interface WebSignIn {
  readonly user?: User;
  readonly sidHash?: string | undefined;
  readonly sidKey?: string;
  readonly idleSeconds?: number;
  readonly absoluteSeconds?: number;
  /** What else, or instead, stands in the user's entry. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** Sessions of the user that have to go for it. */
  readonly evicts?: readonly { readonly id: string; readonly webHash?: string | undefined }[];
}

const newId = () => randomBytes(16).toString('base64url');

/** Signs somebody in at a web app: both items and the user's, as an app writes them, by updates alone. */
export async function aWebSession({ real, name, state }: Fixture, signIn: WebSignIn = {}): Promise<WebFixture> {
  const { user = newUser(), idleSeconds = HOUR, absoluteSeconds = 30 * DAY, sidHash, sidKey, evicts = [] } = signIn;
  const [id, hash, now] = [newId(), webHash('sess:', newId()), state.nowSeconds];
  const [idleEnd, absoluteEnd] = [now + idleSeconds, now + absoluteSeconds];
  const entry = {
    ...{
      web_created_at: now,
      web_last_seen_at: now,
      web_idle_expires_at: idleEnd,
      web_absolute_expires_at: absoluteEnd,
    },
    ...{ web_ip: '192.0.2.7', web_user_agent: 'curl/8', web_hash: hash, web_sid_hash: sidHash, web_sid_key: sidKey },
    ...signIn.entry,
  };
  const item = {
    ...{ prefix: 'sess:', owner: userKey(user), id, provider_sid_hash: sidHash },
    ...{ created_at_ms: now * 1000, ttl: absoluteEnd },
    ...{
      idle_expires_at_ms: idleEnd * 1000,
      absolute_expires_at_ms: absoluteEnd * 1000,
      cookie: '{}',
      keys: { a: '1' },
    },
  };
  const update = (Key: object, fields: Readonly<Record<string, unknown>>) => ({
    Update: { TableName: name, Key: toItem(Key), ...assignments(fields) },
  });
  const TransactItems = [
    update(webKey(hash), item),
    update(sessionKey(user, id), entry),
    {
      Update: {
        TableName: name,
        Key: keyItem(userRecordKey(user)),
        UpdateExpression: 'SET version = if_not_exists(version, :zero) + :one',
        ExpressionAttributeValues: toItem({ ':zero': 0, ':one': 1 }),
      },
    },
    ...evicts.flatMap((each) => appEndWrites({ name, now }, { user, ...each }, 'evicted')),
  ];
  await real.send(new TransactWriteItemsCommand({ TransactItems }));
  return { user, id, hash };
}

/** An app ends a session: it says so in the user's entry, and ends its own item. */
export async function endByApp(
  { real, name, state }: Fixture,
  session: { readonly user: User; readonly id: string; readonly webHash?: string | undefined },
  reason: AppEnd['reason'],
): Promise<void> {
  const TransactItems = appEndWrites({ name, now: state.nowSeconds }, session, reason);
  await real.send(new TransactWriteItemsCommand({ TransactItems }));
}

function appEndWrites(
  { name: TableName, now }: { readonly name: string; readonly now: number },
  { user, id, webHash: hash }: { readonly user: User; readonly id: string; readonly webHash?: string | undefined },
  reason: AppEnd['reason'],
): TransactWriteItem[] {
  const mark = {
    Update: {
      TableName,
      Key: keyItem(sessionKey(user, id)),
      ...assignments({ web_ended_as: reason, web_ended_at: now }),
    },
  };
  return hash === undefined
    ? [mark]
    : [mark, { Update: { TableName, ...webEnd({ hash, owned: { id }, nowMs: now * 1000, ttl: now }) } }];
}

/** What is to be finished of a session that an app has ended, as the table's stream tells it. */
export async function markedIn(
  { raw }: Fixture,
  { user, id }: Pick<WebFixture, 'user' | 'id'>,
): Promise<FollowUp & { what: 'finish' }> {
  const item = `SESSION#${id}`;
  const followUp = readFollowUp({ name: 'MODIFY', item, after: await raw(user, item), isByTtl: false });
  if (followUp?.what !== 'finish') throw new Error(`no app has ended ${item}`);
  return followUp;
}

/** The item by which the app lets somebody in: `active`, `ended` with nothing of the person left, or `none`. */
export async function webStateOf({ table }: Fixture, hash: string): Promise<'active' | 'ended' | 'none'> {
  const item = await getItem(table, webKey(hash));
  if (item === undefined) return 'none';
  const left = Object.keys(item).toSorted();
  if (left.join() === ['ended_at_ms', 'item', 'ttl', 'user_key'].join()) return 'ended';
  // Not every app names the session at the provider.
  const needed = WEB_CONTENT.filter((name) => name !== 'provider_sid_hash');
  const isWhole = needed.every((name) => name in item) && !('ended_at_ms' in item);
  if (!isWhole) throw new Error(`neither active nor ended: ${left.join()}`);
  return 'active';
}
