import { describeError, MalformedError, type NowMs, type Telemetry, type User } from '@cloakroom/core';
import type { SystemEventWriter } from '@cloakroom/events';
import { readSessionChange, type SessionChange, StoredItemError } from '@cloakroom/sessions';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import { changeEvent } from './change-event.ts';
import { type PlacedRecord, parseBatch, parseRecord } from './parse-batch.ts';

/** Enough to keep a batch short, few enough to leave the connections of the client some air. */
const PARALLEL = 5;

/** Changes are dated by the clocks of several functions, in whole seconds. */
const CLOCK_MARGIN_SECONDS = 1;

export interface RecordChangesDeps {
  readonly events: SystemEventWriter;
  /** When the user was erased, in epoch seconds; undefined if never. Strongly consistent. */
  readonly erasedAt: (user: User) => Promise<number | undefined>;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}

/**
 * Turns a batch of the sessions table's stream into one event for each beginning and each end of a session. Whatever could
 * not be done or understood is reported, never skipped: Lambda gives it again, and in the end tells its dead-letter queue.
 *
 * @throws MalformedError when the event is no batch of a stream: the function is wired to something else
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function recordChanges(deps: RecordChangesDeps): (batch: unknown) => Promise<DynamoDBBatchResponse> {
  return async (batch) => {
    const waiting = [...parseBatch(batch)];
    const batchItemFailures: DynamoDBBatchResponse['batchItemFailures'] = [];
    const work = async () => {
      for (let record = waiting.shift(); record !== undefined; record = waiting.shift()) {
        // All failures are named, although Lambda begins again at the first: the log and this answer tell the same.
        if (!(await isDone(record, deps))) batchItemFailures.push({ itemIdentifier: record.dynamodb.SequenceNumber });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return { batchItemFailures };
  };
}

/** Never throws. Logs why a change is not recorded, and nothing of what is in it. */
async function isDone(record: PlacedRecord, deps: RecordChangesDeps): Promise<boolean> {
  const { log } = deps.telemetry;
  const sequenceNumber = record.dynamodb.SequenceNumber;
  try {
    const change = readSessionChange(parseRecord(record));
    if (change === undefined) return true;
    const { eventId, outcome } = await recordChange(change, deps);
    log.info('change.recorded', `change ${outcome}`, { sequenceNumber, eventId, what: change.what, outcome });
    return true;
  } catch (error) {
    const malformed = error instanceof MalformedError || error instanceof StoredItemError;
    log.error(
      malformed ? 'change.malformed' : 'change.failed',
      malformed ? 'a record of the stream is not understood' : 'a change could not be recorded',
      { sequenceNumber, error: describeError(error) },
    );
    return false;
  }
}

/**
 * Nothing is written of an erased user. An erasure may come between the look and the write, and have passed the event by; so
 * there is a second look after it: the mark is set before the first event is deleted, so one of the two sees the other.
 */
async function recordChange(change: SessionChange, { events, erasedAt, nowMs }: RecordChangesDeps) {
  const event = changeEvent(change, nowMs());
  const isErased = async () =>
    change.at - CLOCK_MARGIN_SECONDS <= ((await erasedAt(change.user)) ?? Number.NEGATIVE_INFINITY);
  if (await isErased()) return { eventId: event.id, outcome: 'of an erased user' };
  const outcome = await events.put(event);
  if (!(await isErased())) return { eventId: event.id, outcome };
  await events.remove(event);
  return { eventId: event.id, outcome: 'of an erased user' };
}
