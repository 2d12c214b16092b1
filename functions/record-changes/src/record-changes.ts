import { describeError, failedOf, MalformedError, type NowMs, type Telemetry } from '@cloakroom/core';
import { type ErasedAt, type EventWriter, putUnlessErased } from '@cloakroom/events';
import { readSessionChange, type SessionChange, StoredItemError } from '@cloakroom/sessions';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import { changeEvent } from './change-event.ts';
import { type PlacedRecord, parseBatch, parseRecord } from './parse-batch.ts';

export interface RecordChangesDeps {
  /** Of the source `system`. */
  readonly events: EventWriter;
  readonly erasedAt: ErasedAt;
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
    // All failures are named, although Lambda begins again at the first: the log and this answer tell the same.
    const failed = await failedOf(parseBatch(batch), (record) => isDone(record, deps));
    return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
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

async function recordChange(change: SessionChange, { events, erasedAt, nowMs }: RecordChangesDeps) {
  const event = changeEvent(change, nowMs());
  return { eventId: event.id, outcome: await putUnlessErased({ event, at: change.at }, events, erasedAt) };
}
