import {
  describeError,
  MalformedError,
  type NowMs,
  processBatch,
  type Telemetry,
  type Tried,
  tryEach,
} from '@cloakroom/core';
import {
  type DatedEvent,
  type DeadLetters,
  type EventWriter,
  putUnlessErased,
  type ReadErasures,
} from '@cloakroom/events';
import {
  type FollowUp,
  type FollowUps,
  readFollowUp,
  readSessionChange,
  type SessionChange,
  StoredItemError,
} from '@cloakroom/sessions';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import { changeEvent } from './change-event.ts';
import { doFollowUp } from './follow-up.ts';
import { type PlacedRecord, parseBatch, parseRecord } from './parse-batch.ts';

export interface RecordChangesDeps {
  /** Of the source `system`. */
  readonly events: EventWriter;
  readonly readErasures: ReadErasures;
  readonly followUps: FollowUps;
  readonly deadLetters: DeadLetters;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Turns a batch of the sessions table's stream into one event for each beginning and each end of a session, and finishes what web apps
 * have begun: an end that one has marked becomes a real one, whose event then comes by the stream like every other. What could not be
 * done is reported: Lambda gives it again, and in the end tells its dead-letter queue where it is. What is not understood would only
 * hold up its shard: it goes to that queue at once, whole, and the others go on. Nothing is skipped.
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
    const read = records.flatMap((record) => readRecord(record, refused, deps) ?? []);
    const begun = read.flatMap(({ record, followUp }) => (followUp === undefined ? [] : { record, ...followUp }));
    const changes = read.flatMap(({ change }) => change ?? []);
    // First: that a session ends does not wait for the table of the events.
    for (const tried of await tryEach(begun, (one) => doFollowUp(one, deps.followUps))) tellDone(tried, refused, deps);
    for (const tried of await putUnlessErased(changes, deps.events, deps.readErasures)) tell(tried, refused, deps);
    const { unreadable } = refused;
    const failed = records.filter((record) => refused.failed.has(record));
    const left = isRedrive ? [...unreadable.keys()] : await giveUp(dueBefore(failed, records, unreadable), deps);
    // All failures are named, although Lambda begins again at the first: the log and this answer tell the same.
    const failures = [...new Set([...failed, ...left])];
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

interface ReadRecord {
  readonly record: PlacedRecord;
  readonly change: DatedChange | undefined;
  readonly followUp: FollowUp | undefined;
}

/** Never throws. Undefined for what is refused: nothing but the record is looked at, so what fails would fail again, whatever it is. */
function readRecord(
  record: PlacedRecord,
  refused: Refused,
  { nowMs, telemetry }: RecordChangesDeps,
): ReadRecord | undefined {
  try {
    const itemChange = parseRecord(record);
    const change = readSessionChange(itemChange);
    const followUp = readFollowUp(itemChange);
    if (change === undefined) return { record, change, followUp };
    const dated = { record, what: change.what, event: changeEvent(change, nowMs()), at: change.at };
    return { record, change: dated, followUp };
  } catch (error) {
    refuse(
      record,
      isOfRecord(error) ? error : new MalformedError('record', 'cannot be told', { cause: error }),
      refused,
      telemetry,
    );
    return undefined;
  }
}

/** That the record itself is to blame. */
function isOfRecord(error: unknown): error is MalformedError | StoredItemError {
  return error instanceof MalformedError || error instanceof StoredItemError;
}

/** Logs what became of a change. */
function tell({ item, ...result }: Tried<DatedChange, string>, refused: Refused, { telemetry }: RecordChangesDeps) {
  const { record, what, event } = item;
  if (result.status === 'rejected') return refuse(record, result.reason, refused, telemetry);
  const fields = { sequenceNumber: record.dynamodb.SequenceNumber, eventId: event.id, what, outcome: result.value };
  telemetry.log.info('change.recorded', `change ${result.value}`, fields);
}

/** Logs what became of what an app had begun. */
function tellDone(
  { item, ...result }: Tried<FollowUp & { readonly record: PlacedRecord }, string>,
  refused: Refused,
  { telemetry }: RecordChangesDeps,
) {
  const { record, what } = item;
  if (result.status === 'rejected') return refuse(record, result.reason, refused, telemetry);
  const fields = { sequenceNumber: record.dynamodb.SequenceNumber, what, outcome: result.value };
  telemetry.log.info('change.followed', `what an app began is done: ${result.value}`, fields);
}

/** Logs why a change is not recorded, and nothing of what is in it. */
function refuse(
  record: PlacedRecord,
  error: unknown,
  { failed, unreadable }: Refused,
  { log, meter }: Telemetry,
): void {
  const fields = { sequenceNumber: record.dynamodb.SequenceNumber, error: describeError(error) };
  if (isOfRecord(error)) {
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
