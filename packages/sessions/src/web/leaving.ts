import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { epochSeconds, type User } from '@cloakroom/core';
import { expiresAt } from '../model/lifetime.ts';
import { WEB_AS_READ } from '../table/web-conditions.ts';
import { webEnd } from '../table/web-item.ts';
import { markWrite, NOT_MARKED } from './entry.ts';
import type { CountedSession } from './read-owner.ts';
import type { WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';

/** Sessions of a user that go with a sign-in: for want of room, or since they have expired and nobody has noticed yet. */
interface Leaving {
  readonly user: User;
  readonly evicted: readonly CountedSession[];
  /** Those of web apps. */
  readonly expired: readonly CountedSession[];
}

interface LeavingFor {
  readonly table: WebTable;
  /** The session that somebody signs in to. */
  readonly known: Pick<WebSession, 'hash'>;
  /** Entries whose own item is not theirs any more, by id. */
  readonly withoutItem: ReadonlySet<string>;
}

const ITEM_OF = 'item_of ';

export interface LeavingStep {
  readonly name: 'evicted' | 'expired' | `${typeof ITEM_OF}${string}`;
  readonly write: TransactWriteItem;
}

/** The writes that end them, at most two of each. One that has expired stays where somebody has used it since it was read. */
export function leavingSteps(
  { table, known, withoutItem }: LeavingFor,
  { user, evicted, expired }: Leaving,
  nowMs: number,
): LeavingStep[] {
  const now = epochSeconds(nowMs);
  // A transaction names an item once. Two entries name the same one where an app has written them so.
  const named = new Set([known.hash]);
  const itemSteps = ({ id, webHash: hash, absoluteExpiresAt }: CountedSession): LeavingStep[] => {
    // From its absolute end on, DynamoDB collects the item.
    if (hash === undefined || named.has(hash) || withoutItem.has(id) || absoluteExpiresAt <= now) return [];
    named.add(hash);
    const Update = { TableName: table.table, ...webEnd({ hash, owned: { id }, nowMs }) };
    return [{ name: `${ITEM_OF}${id}`, write: { Update } }];
  };
  const evictions = evicted.flatMap((session): LeavingStep[] => {
    const mark = { user, id: session.id, reason: 'evicted', condition: NOT_MARKED } as const;
    return [{ name: 'evicted', write: markWrite(table.table, mark, now) }, ...itemSteps(session)];
  });
  const expiries = expired.flatMap((session): LeavingStep[] => {
    const { id, idleExpiresAt } = session;
    const mark = { user, id, reason: 'expired', condition: WEB_AS_READ, idleExpiresAt } as const;
    return [{ name: 'expired', write: markWrite(table.table, mark, expiresAt(session)) }, ...itemSteps(session)];
  });
  return [...evictions, ...expiries];
}

/** The id of the entry whose item a step is to end. */
export function entryOfItem(name: string): string | undefined {
  return name.startsWith(ITEM_OF) ? name.slice(ITEM_OF.length) : undefined;
}
