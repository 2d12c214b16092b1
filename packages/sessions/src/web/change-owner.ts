import { randomBytes } from 'node:crypto';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { epochSeconds, toBase64url } from '@cloakroom/core';
import { surplus } from '../model/decide-creation.ts';
import { LoginEndedError, SessionLimitError } from '../model/errors.ts';
import { beginsAt } from '../model/watermark.ts';
import { assignments } from '../table/assignments.ts';
import { failedSteps } from '../table/cancellation.ts';
import { ABSENT, VERSION_AS_READ } from '../table/conditions.ts';
import { burntKey, sessionKey, userRecordKey } from '../table/item-key.ts';
import { keyItem, toItem } from '../table/table.ts';
import { WEB_NOT_IDLE } from '../table/web-conditions.ts';
import { entryFields, markWrite } from './entry.ts';
import { entryOfItem, type LeavingStep, leavingSteps } from './leaving.ts';
import { isSameHold, type KeyWrite, type WebPlan } from './plan.ts';
import { type CountedSession, type Owner, readOwner } from './read-owner.ts';
import type { OwnedAs, WebOwner, WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';
import { webUpdate } from './web-update.ts';

export interface OwnerChange {
  readonly table: WebTable;
  /** As it is now. */
  readonly known: WebSession;
  readonly plan: WebPlan & { readonly do: 'own' };
  /** What of the plan fits into one update. */
  readonly keys: KeyWrite;
  /** Entries whose own item is not theirs any more, by id: they end without it. */
  readonly withoutItem: ReadonlySet<string>;
}

/**
 * `changed`: whose it is now. `refused`: all that they had was ended since the session was read that this one follows. `entry_over`: the entry of the one whose it was is gone or over. `lost_race`: to be decided anew;
 * `withoutItem` names further entries of that sort.
 */
export type OwnerOutcome =
  | { readonly outcome: 'changed'; readonly owned: OwnedAs | undefined }
  | { readonly outcome: 'entry_over' }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'lost_race'; readonly withoutItem: readonly string[] };

type StepName = 'web' | 'entry' | 'user' | 'old_entry' | 'sid_not_burnt' | LeavingStep['name'];

interface Step {
  readonly name: StepName;
  readonly write: TransactWriteItem;
}

/** 128 bits. */
const ID_BYTES = 16;

/** DynamoDB takes 100 writes, of which a change of owner itself is five, and each session that goes with it two. */
const MAX_LEAVING = Math.floor((100 - 5) / 2);

/**
 * Makes the session somebody else's, nobody's, or of another sign-in of the same person, by one transaction: its own item, the entries
 * of both, what must go for want of room, and what has expired. A user who comes has one Query before that.
 *
 * @throws SessionLimitError, LoginEndedError what the rules refuse
 */
export async function changeOwner(change: OwnerChange): Promise<OwnerOutcome> {
  const { table, plan } = change;
  const nowMs = table.nowMs();
  const comer = plan.to === undefined ? undefined : await prepare(change, plan.to, nowMs);
  if (comer === 'refused') return { outcome: 'refused' };
  const steps: Step[] = [
    { name: 'web', write: inTable(table, webStep(change, comer?.owned, nowMs)) },
    ...oldEntrySteps(change, nowMs),
    ...(comer?.steps ?? []),
  ];
  try {
    await table.items.transactWriteItems({ TransactItems: steps.map(({ write }) => write) });
    return { outcome: 'changed', owned: comer?.owned };
  } catch (error) {
    return afterCancellation(failedSteps(error, steps).map(({ name }) => name));
  }
}

function webStep({ known, plan, keys }: OwnerChange, owned: OwnedAs | undefined, nowMs: number) {
  return webUpdate(known, { keys, use: plan.use, passesTo: { owned } }, nowMs);
}

function inTable({ table: TableName }: WebTable, update: ReturnType<typeof webUpdate>): TransactWriteItem {
  return { Update: { TableName, ...update } };
}

/** Whose it was has signed out, or somebody else has signed in, or the same person anew. */
function oldEntrySteps({ table, plan }: OwnerChange, nowMs: number): Step[] {
  if (plan.from === undefined) return [];
  const reason = plan.to === undefined ? 'logout' : 'replaced';
  const write = markWrite(table.table, { ...plan.from, reason, condition: WEB_NOT_IDLE }, epochSeconds(nowMs));
  return [{ name: 'old_entry', write }];
}

/** What is known of whose it is to be, and the writes for them. */
async function prepare(change: OwnerChange, to: WebOwner, nowMs: number) {
  const { table, plan, known } = change;
  const now = epochSeconds(nowMs);
  const owner = await readOwner(table, to.user, now);
  // Whatever ends all of them from here on changes the version of the user.
  if (to.followsMs !== undefined && owner.endedAllAt >= epochSeconds(to.followsMs)) return 'refused';
  const { limit } = table;
  // The entry that this one takes the place of, where the same person signs in anew, ends by that, and takes no room.
  const isOther = ({ id }: CountedSession) => !isSameHold({ user: to.user, id }, plan.from);
  const others = owner.active.filter(isOther);
  const isFull = others.length >= limit.maxSessionsPerUser;
  if (isFull && limit.sessionLimitPolicy === 'deny') throw new SessionLimitError(limit.maxSessionsPerUser);
  const evicted = surplus(others, limit, to.providerSession?.sidHash).slice(0, MAX_LEAVING);
  const leaving = { evicted, expired: owner.expired.filter(isOther).slice(0, MAX_LEAVING - evicted.length) };
  const id = toBase64url(randomBytes(ID_BYTES));
  const session = { ...known, idleExpiresAtMs: plan.use.idleExpiresAtMs };
  const fields = entryFields({ owner: to, session, beginsAt: beginsAt(now, owner) });
  const entry = {
    Update: {
      TableName: table.table,
      Key: keyItem(sessionKey(to.user, id)),
      ...assignments(fields),
      ConditionExpression: ABSENT,
    },
  };
  const steps: Step[] = [
    { name: 'entry', write: entry },
    userStep(table, to, owner),
    ...burntSteps(table, to),
    ...leavingSteps(change, { user: to.user, ...leaving }, nowMs),
  ];
  return { owned: ownedBy(to, id), steps };
}

function ownedBy({ user, providerSession }: WebOwner, id: string): OwnedAs {
  return providerSession === undefined ? { user, id } : { user, id, sidHash: providerSession.sidHash };
}

/**
 * Counts as a creation: it fails when the user has changed since. Nothing else of `USER` is touched. So its TTL stays, where the user
 * was erased: by then the watermark of the erasure refuses no login that is not too old anyway, every later rise of it has removed
 * the TTL, `erased_at` has outlasted the events that it keeps out, and a `version` that begins anew is read with the item. The rate
 * of new logins is for bearers.
 */
function userStep({ table: TableName }: WebTable, { user }: WebOwner, { version }: Owner): Step {
  const isNew = version === 0;
  const Update = {
    TableName,
    Key: keyItem(userRecordKey(user)),
    UpdateExpression: 'SET version = :next',
    ConditionExpression: isNew ? ABSENT : VERSION_AS_READ,
    ExpressionAttributeValues: toItem({ ':next': version + 1, ':version': isNew ? undefined : version }),
  };
  return { name: 'user', write: { Update } };
}

/** A provider session that is burnt opens nothing. A mark counts even past its TTL. */
function burntSteps({ table: TableName }: WebTable, { user, providerSession }: WebOwner): Step[] {
  if (providerSession === undefined) return [];
  const Key = keyItem(burntKey(user, providerSession.sidHash));
  return [{ name: 'sid_not_burnt', write: { ConditionCheck: { TableName, Key, ConditionExpression: ABSENT } } }];
}

/** Of several reasons, what ends the session counts before what refuses its owner. */
function afterCancellation(failed: readonly StepName[]): OwnerOutcome {
  if (failed.includes('web')) return { outcome: 'lost_race', withoutItem: [] };
  if (failed.includes('old_entry')) return { outcome: 'entry_over' };
  if (failed.includes('sid_not_burnt')) throw new LoginEndedError('sign_out_at_provider');
  // An item that is not the entry's keeps nobody from ending the entry.
  const items = failed.flatMap((name) => entryOfItem(name) ?? []);
  const isThatAlone = items.length === failed.length;
  return { outcome: 'lost_race', withoutItem: isThatAlone ? items : [] };
}
