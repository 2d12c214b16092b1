import { randomUUID } from 'node:crypto';
import { sdkItems, sdkTransactions } from '@cloakroom/aws/dynamodb';
import type { User } from '@cloakroom/core';
import { DAY, type Fixture, newUser } from './store-fixture.ts';
import { webHash, webKey } from './table/item-key.ts';
import { getRawItem, type Item } from './table/table.ts';
import {
  createWebSessions,
  type WebChange,
  type WebContent,
  type WebSession,
  type WebSessionsOptions,
} from './web/index.ts';

export const PREFIX = 'sess:';
export const HOUR_MS = 3_600_000;

/** Web sessions on the table of a fixture, through its interception. */
export function webSessionsOf(fixture: Fixture, options: Partial<WebSessionsOptions> = {}) {
  const { dynamodb, nowMs, races, table } = fixture.table;
  return createWebSessions({
    items: { ...sdkItems(dynamodb), ...sdkTransactions(dynamodb) },
    table,
    prefix: PREFIX,
    nowMs,
    absoluteMs: 30 * DAY * 1000,
    limit: { maxSessionsPerUser: 3, sessionLimitPolicy: 'evict-oldest' },
    races,
    onMalformed: (error) => {
      throw error;
    },
    ...options,
  });
}

export const COOKIE = '{"path":"/"}';

/** Keys by their values. */
export function keysOf(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]));
}

export function valuesOf({ keys }: Pick<WebSession, 'keys'>): Record<string, unknown> {
  return Object.fromEntries([...keys].map(([key, text]) => [key, JSON.parse(text)]));
}

export const ownerOf = (user: User, sidHash?: string) => ({
  user,
  client: { ip: '192.0.2.9', userAgent: 'curl' },
  ...(sidHash === undefined ? {} : { providerSession: { sidHash, sidKey: `key-of-${sidHash}` } }),
});

/** What a session is to be, of an hour from now unless told otherwise. */
function contentAt(
  nowMs: number,
  values: Readonly<Record<string, unknown>>,
  fields: Partial<WebContent> = {},
): WebContent {
  return {
    owner: undefined,
    cookie: COOKIE,
    keys: keysOf(values),
    expiresAtMs: nowMs + HOUR_MS,
    slackMs: 0,
    ...fields,
  };
}

export const newSid = () => randomUUID();

/** A browser with a session of its own: what it sends, and what the table holds of it. */
export function webUserOf(fixture: Fixture, options: Partial<WebSessionsOptions> = {}) {
  const sessions = webSessionsOf(fixture, options);
  const nowMs = () => fixture.table.nowMs();
  const change = (
    sid: string,
    before: WebSession | undefined,
    values: Readonly<Record<string, unknown>>,
    fields: Partial<WebContent> = {},
  ): WebChange => ({
    sid,
    before,
    content: contentAt(nowMs(), values, fields),
  });
  /** Makes a session, and throws where none was made. */
  const make = async (values: Readonly<Record<string, unknown>> = {}, fields: Partial<WebContent> = {}) => {
    const sid = newSid();
    const saved = await sessions.set(change(sid, undefined, values, fields));
    if (saved.outcome !== 'saved') throw new Error('the session has ended');
    return { sid, session: saved.session };
  };
  return {
    sessions,
    change,
    make,
    /** Of a new user. */
    async makeOwned(values: Readonly<Record<string, unknown>> = {}, fields: Partial<WebContent> = {}) {
      const user = newUser();
      return { user, ...(await make(values, { owner: ownerOf(user), ...fields })) };
    },
    /** Its item, as DynamoDB has it. */
    item(sid: string): Promise<Item | undefined> {
      return getRawItem(
        { items: sdkItems(fixture.real), table: fixture.name },
        webKey(webHash(options.prefix ?? PREFIX, sid)),
      );
    },
  };
}
