import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import {
  type Cursors,
  epochSeconds,
  InvalidCursorError,
  type NowMs,
  type User,
  userKey,
  uuidv7Ms,
} from '@cloakroom/core';
import { parseItem } from './event-item.ts';
import type { StoredEvent } from './user-event.ts';

const EVENT_KEY = /^(.{36})#[cs]$/;

/** Where the next page of one user's events begins, opaque to clients: the sort key of the last event of this one. */
function formatCursor(cursors: Cursors, userKey: string, eventKey: string): Promise<string> {
  return cursors.seal(scopeOf(userKey), eventKey);
}

/** @throws InvalidCursorError for anything that {@link formatCursor} does not make for this user of an event's key */
async function parseCursor(cursors: Cursors, userKey: string, cursor: string): Promise<string> {
  const eventKey = await cursors.open(scopeOf(userKey), cursor);
  const id = EVENT_KEY.exec(eventKey)?.[1];
  if (id === undefined || uuidv7Ms(id) === undefined) throw new InvalidCursorError();
  return eventKey;
}

function scopeOf(userKey: string): string {
  return `events:${userKey}`;
}

/** DynamoDB deletes what has expired within days; until then it must not be seen. */
const NOT_EXPIRED = '#ttl > :now';

interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

interface PageOptions {
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface EventReader {
  /**
   * Events of a user, of clients and of the system, newest first by their ids. One query: a page may be shorter than `limit` and still have a next one.
   *
   * @throws InvalidCursorError
   */
  listOfUser(user: User, options: PageOptions): Promise<EventPage>;
}

export interface EventReaderOptions {
  readonly dynamodb: DynamoDb;
  readonly table: string;
  readonly cursors: Cursors;
  readonly nowMs: NowMs;
}

export function createEventReader({ dynamodb, table, cursors, nowMs }: EventReaderOptions): EventReader {
  return {
    async listOfUser(user, { limit, cursor }) {
      const user_key = userKey(user);
      const event_key = cursor === undefined ? undefined : await parseCursor(cursors, user_key, cursor);
      const answer = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'user_key = :user',
          FilterExpression: NOT_EXPIRED,
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: marshall({ ':user': user_key, ':now': epochSeconds(nowMs()) }),
          ScanIndexForward: false,
          Limit: limit + 1, // one more than asked for tells whether there is a next page
          ExclusiveStartKey: event_key === undefined ? undefined : marshall({ user_key, event_key }),
        }),
      );
      const { shown, last } = pageOf(answer, limit);
      return {
        events: shown.map(parseItem),
        ...(last === undefined ? {} : { nextCursor: await formatCursor(cursors, user_key, last) }),
      };
    },
  };
}

type Item = Record<string, AttributeValue>;

interface QueryAnswer {
  readonly Items?: Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

/** What to show, and the sort key after which more comes. Filtered items may leave fewer than `limit` although there is more. */
function pageOf({ Items = [], LastEvaluatedKey }: QueryAnswer, limit: number) {
  const shown = Items.slice(0, limit);
  const last = Items.length > limit ? shown.at(-1) : LastEvaluatedKey;
  return { shown, last: last?.event_key?.S };
}
