import { createHash } from 'node:crypto';
import {
  describeError,
  isoTime,
  jsonText,
  MalformedError,
  type NowMs,
  processBatch,
  type Telemetry,
  type Tried,
  userKey,
  uuidv7,
} from '@cloakroom/core';
import {
  type DatedEvent,
  type DeadLetters,
  type EventWriter,
  putUnlessErased,
  type ReadErasures,
  type UserEvent,
} from '@cloakroom/events';
import { publicSessionId, readSessionChange, type SessionChange, StoredItemError } from '@cloakroom/sessions';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import { type PlacedRecord, parseBatch, parseRecord } from './parse-batch.ts';

/** Where in its second a change stands in the list of events: a session begins before it ends. */
const BEGINNING = 0x00;
const END = 0x0f;

/**
 * The event that tells a change. Its id is made of the change alone, so that the same change, however often and in whatever
 * batch it comes, is one event.
 */
function changeEvent(change: SessionChange, receivedMs: number): UserEvent {
  const { user, id, what, at, kind } = change;
  const sessionId = publicSessionId(user, id);
  return {
    user,
    id: eventId(change),
    type: `session.${what}`,
    data: jsonText({ sessionId, kind, ...(what === 'created' ? {} : { reason: what }) }),
    occurredAt: isoTime(at),
    receivedAt: new Date(receivedMs).toISOString(),
  };
}

/** A UUIDv7 of the change's time, in which a hash of what happened to which session stands for the random bits. */
function eventId({ user, id, what, at }: SessionChange): string {
  const tail = createHash('sha256')
    .update(JSON.stringify([userKey(user), id, what]))
    .digest();
  // The bits right after the time (RFC 9562 §6.2): they order what happened within the same second.
  tail[0] = what === 'created' ? BEGINNING : END;
  return uuidv7(at * 1000, tail);
}

export interface RecordChangesDeps {
  /** Of the source `system`. */
  readonly events: EventWriter;
  readonly readErasures: ReadErasures;
  readonly deadLetters: DeadLetters;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Turns a batch of the sessions table's stream into one event for each beginning and each end of a session. What could not be
 * done is reported: Lambda gives it again, and in the end tells its dead-letter queue where it is. What is not understood would
 * only hold up its shard: it goes to that queue at once, whole, and the others go on. Nothing is skipped.
 *
 * A batch with `redrive: true` comes from the dead letters: what is still not understood is reported, and its letter stays.
 *
 * @throws MalformedError when the event is no batch of a stream: the function is wired to something else
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function recordChanges(deps: RecordChangesDeps): (batch: unknown) => Promise<DynamoDBBatchResponse> {
  return async (batch) => {
    const { records, isRedrive } = parseBatch(batch);
    const refused: Refused = { failed: new Set(), unreadable: new Map() };
    const changes = records.flatMap((record) => readChange(record, refused, deps) ?? []);
    for (const tried of await putUnlessErased(changes, deps.events, deps.readErasures)) tell(tried, refused, deps);
    const { unreadable } = refused;
    const failed = records.filter((record) => refused.failed.has(record));
    const left = isRedrive ? [...unreadable.keys()] : await giveUp(dueBefore(failed, records, unreadable), deps);
    // All failures are named, although Lambda begins again at the first: the log and this answer tell the same.
    const failures = [...failed, ...left];
    return { batchItemFailures: failures.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
  };
}

interface DatedChange extends DatedEvent {
  readonly record: PlacedRecord;
  readonly what: SessionChange['what'];
}

/** The records that are not done: those that are to come again, and those that nobody would understand then either. */
interface Refused {
  readonly failed: Set<PlacedRecord>;
  readonly unreadable: Map<PlacedRecord, Error>;
}

/** Never throws. Undefined for what is no beginning and no end of a session, and for what is refused. */
function readChange(
  record: PlacedRecord,
  refused: Refused,
  { nowMs, telemetry }: RecordChangesDeps,
): DatedChange | undefined {
  try {
    const change = readSessionChange(parseRecord(record));
    if (change === undefined) return undefined;
    return { record, what: change.what, event: changeEvent(change, nowMs()), at: change.at };
  } catch (error) {
    refuse(record, error, refused, telemetry);
    return undefined;
  }
}

/** Logs what became of a change. */
function tell({ item, ...result }: Tried<DatedChange, string>, refused: Refused, { telemetry }: RecordChangesDeps) {
  const { record, what, event } = item;
  if (result.status === 'rejected') return refuse(record, result.reason, refused, telemetry);
  const fields = { sequenceNumber: record.dynamodb.SequenceNumber, eventId: event.id, what, outcome: result.value };
  telemetry.log.info('change.recorded', `change ${result.value}`, fields);
}

/** Logs why a change is not recorded, and nothing of what is in it. */
function refuse(
  record: PlacedRecord,
  error: unknown,
  { failed, unreadable }: Refused,
  { log, meter }: Telemetry,
): void {
  const fields = { sequenceNumber: record.dynamodb.SequenceNumber, error: describeError(error) };
  if (error instanceof MalformedError || error instanceof StoredItemError) {
    log.error('change.malformed', 'a record of the stream is not understood: it is for the dead letters', fields);
    meter.count('ChangesMalformed');
    unreadable.set(record, error);
    return;
  }
  log.error('change.failed', 'a change could not be recorded', fields);
  failed.add(record);
}

type Unreadable = readonly (readonly [PlacedRecord, Error])[];

/** Lambda goes on at the first that failed: what comes after it comes again, and would be sent with each attempt. */
function dueBefore(
  failed: readonly PlacedRecord[],
  records: readonly PlacedRecord[],
  unreadable: ReadonlyMap<PlacedRecord, Error>,
): Unreadable {
  const first = records.findIndex((record) => failed.includes(record));
  const due = first === -1 ? records : records.slice(0, first);
  return [...unreadable].filter(([record]) => due.includes(record));
}

/** Sends them to the dead letters, and returns those for which that has failed. */
async function giveUp(unreadable: Unreadable, { deadLetters, telemetry }: RecordChangesDeps): Promise<PlacedRecord[]> {
  const failed = await processBatch(unreadable, async ([record, { message }]) => {
    try {
      await deadLetters.send({ reason: message, record });
      return true;
    } catch (error) {
      telemetry.log.error(
        'change.not_given_up',
        'a record that is not understood could not be sent to the dead letters',
        {
          sequenceNumber: record.dynamodb.SequenceNumber,
          error: describeError(error),
        },
      );
      return false;
    }
  });
  return failed.map(([record]) => record);
}
