import { describeError, epochSeconds, MalformedError, processBatch, type Telemetry } from '@cloakroom/core';
import { type ErasedAt, type EventWriter, parseMessage, putUnlessErased, requestIdOfMessage } from '@cloakroom/events';
import type { SQSBatchResponse } from 'aws-lambda';
import * as v from 'valibot';

const recordSchema = v.object({ messageId: v.string(), body: v.string(), messageAttributes: v.optional(v.unknown()) });
const batchSchema = v.object({ Records: v.array(recordSchema) });

type SqsRecord = v.InferOutput<typeof recordSchema>;

export interface StoreEventDeps {
  /** Of the source `client`. */
  readonly events: EventWriter;
  readonly erasedAt: ErasedAt;
  readonly telemetry: Telemetry;
}

/**
 * Stores a batch of queued events and reports those it could not store: SQS gives these back later, one by one, and after
 * 5 times to the dead-letter queue. The rest of the batch is done.
 *
 * @throws MalformedError when the event is no batch of SQS: the function is wired to something else
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function storeEvent(deps: StoreEventDeps): (batch: unknown) => Promise<SQSBatchResponse> {
  return async (batch) => {
    const failed = await processBatch(parseBatch(batch), (record) => isStored(record, deps));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

function parseBatch(batch: unknown): SqsRecord[] {
  const result = v.safeParse(batchSchema, batch);
  if (!result.success) throw new MalformedError('event', 'is no batch of SQS messages');
  return result.output.Records;
}

/** Never throws. Logs why an event is not stored, and nothing of what is in it. */
async function isStored(
  { messageId, body, messageAttributes }: SqsRecord,
  { events, erasedAt, telemetry }: StoreEventDeps,
): Promise<boolean> {
  const requestId = requestIdOfMessage(messageAttributes);
  const fields = { messageId, ...(requestId === undefined ? {} : { requestId }) };
  try {
    const event = parseMessage(body);
    const at = epochSeconds(Date.parse(event.receivedAt));
    const outcome = await putUnlessErased({ event, at }, events, erasedAt);
    telemetry.log.info('event.stored', `event ${outcome}`, { ...fields, eventId: event.id, outcome });
    return true;
  } catch (error) {
    const malformed = error instanceof MalformedError;
    telemetry.log.error(
      malformed ? 'event.malformed' : 'event.failed',
      malformed ? 'a message is not an event; it will go to the dead-letter queue' : 'an event could not be stored',
      { ...fields, error: describeError(error) },
    );
    return false;
  }
}
