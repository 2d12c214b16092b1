import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { User } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import { expiresAt } from '../model/lifetime.ts';
import type { AppEnd, EndedReason, ListedSession, Session } from '../model/session.ts';
import { CHANGE_PREFIXES, isEndedItem, isSessionItem } from './item-key.ts';
import { WITHOUT_SESSION } from './login-marker.ts';
import { parseEnded, parseSession } from './session-item.ts';
import { toPlain } from './table.ts';
import { isWebEntry } from './web-entry.ts';

type Image = Readonly<Record<string, AttributeValue>>;

/** A change of one item of the sessions table, as its stream tells it. */
export interface ItemChange {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** The sort key. */
  readonly item: string;
  /** The item before the change, where there was one. */
  readonly before?: Image | undefined;
  /** The item after the change, where there is one. */
  readonly after?: Image | undefined;
  /** Whether DynamoDB itself deleted the item, for its TTL. */
  readonly isByTtl: boolean;
}

/** That a session began or ended. */
export interface SessionChange {
  readonly user: User;
  readonly id: string;
  readonly what: 'created' | EndedReason;
  /** Epoch seconds; of an expired session, when it expired and not when that was noticed. */
  readonly at: number;
  readonly kind: ListedSession['kind'];
}

const itemIs = (...prefixes: readonly string[]) => ({ Keys: { item: { S: prefixes.map((prefix) => ({ prefix })) } } });
const ABSENT = { item: { S: [{ exists: false }] } };

/**
 * Patterns for Lambda's filter of the table's stream. What none of them matches means nothing to {@link readSessionChange} and
 * {@link readFollowUp}: all that changes an item which is there before and after, as touches do, unless an app has ended a session by
 * it; and every other kind of item. Lambda looks at the key `dynamodb` alone, so who deleted a session is not asked here.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 */
export const SESSION_CHANGE_PATTERNS: readonly object[] = [
  { dynamodb: { ...itemIs(CHANGE_PREFIXES.session, CHANGE_PREFIXES.ended), OldImage: ABSENT } },
  { dynamodb: { ...itemIs(CHANGE_PREFIXES.session), NewImage: ABSENT } },
  { dynamodb: { ...itemIs(CHANGE_PREFIXES.session), NewImage: { web_ended_as: { S: [{ exists: true }] } } } },
];

/**
 * What the change of an item means. Each beginning and each end of a session is exactly one change of an item, whoever caused it.
 * Undefined for every other change: what an app says of an end, which is to follow; uses, data, users, logins that end without a session, and deletions after an end or by an erasure.
 *
 * @throws StoredItemError when an item that means something is malformed
 */
export function readSessionChange({ name, item, before, after, isByTtl }: ItemChange): SessionChange | undefined {
  if (name === 'INSERT' && isSessionItem(item)) {
    const { user, id, kind, createdAt } = parse('SESSION', after, parseSession);
    return { user, id, what: 'created', at: createdAt, kind };
  }
  if (name === 'INSERT' && isEndedItem(item) && after?.[WITHOUT_SESSION] === undefined) {
    const { user, id, reason, endedAt, kind } = parse('ENDED', after, parseEnded);
    return { user, id, what: reason, at: endedAt, kind };
  }
  // An ending deletes the session itself. What TTL deletes had expired, and nobody had noticed.
  if (name === 'REMOVE' && isByTtl && isSessionItem(item)) {
    const session = parse('SESSION', before, parseSession);
    return { user: session.user, id: session.id, kind: session.kind, ...endByTtl(session) };
  }
  return undefined;
}

function endByTtl(session: Session): Pick<SessionChange, 'what' | 'at'> {
  const { endedByApp, createdAt } = session;
  if (endedByApp === undefined) return { what: 'expired', at: expiresAt(session) };
  return { what: endedByApp.reason, at: Math.max(endedByApp.at, createdAt) };
}

/** What a web app has left undone about a session, since it may do no more than change items. See `FollowUps`. */
export type FollowUp =
  | { readonly what: 'adopt'; readonly user: User; readonly id: string }
  | { readonly what: 'finish'; readonly user: User; readonly id: string; readonly end: AppEnd };

/**
 * What there is to do after a change, if anything: a new session of an app is to be adopted; one that an app has ended, whosever it
 * was, is to end.
 *
 * @throws StoredItemError when an item that means something is malformed
 */
export function readFollowUp({ name, item, after }: ItemChange): FollowUp | undefined {
  const isEnded = after?.web_ended_as !== undefined;
  const isNew = name === 'INSERT' && after !== undefined && isWebEntry(after);
  if (!isSessionItem(item) || !(isEnded || isNew)) return undefined;
  const { user, id, endedByApp: end } = parse('SESSION', after, parseSession);
  return end === undefined ? { what: 'adopt', user, id } : { what: 'finish', user, id, end };
}

function parse<T>(kind: string, image: Image | undefined, parser: (item: unknown) => T): T {
  if (image === undefined) throw new StoredItemError(kind, 'image');
  return parser(plain(kind, image));
}

function plain(kind: string, image: Image): unknown {
  try {
    return toPlain(image);
  } catch (error) {
    throw new StoredItemError(kind, 'image', { cause: error });
  }
}
