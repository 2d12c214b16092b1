import { describeError, epochSeconds, MalformedError, type Telemetry, type Tried } from '@cloakroom/core';
import {
  type DatedEvent,
  type EventWriter,
  parseMessage,
  putUnlessErased,
  type ReadErasures,
  requestIdOfMessage,
} from '@cloakroom/events';
import type { SQSBatchResponse } from 'aws-lambda';
import * as v from 'valibot';

const recordSchema = v.object({ messageId: v.string(), body: v.string(), messageAttributes: v.optional(v.unknown()) });
const batchSchema = v.object({ Records: v.array(recordSchema) });

type SqsRecord = v.InferOutput<typeof recordSchema>;

export interface StoreEventDeps {
  /** Of the source `client`. */
  readonly events: EventWriter;
  readonly readErasures: ReadErasures;
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
    const records = parseBatch(batch);
    const messages = records.flatMap((record) => readMessage(record, deps.telemetry) ?? []);
    const tried = await putUnlessErased(messages, deps.events, deps.readErasures);
    const stored = new Set(tried.filter((one) => isStored(one, deps.telemetry)).map(({ item }) => item.messageId));
    const failed = records.filter(({ messageId }) => !stored.has(messageId));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

function parseBatch(batch: unknown): SqsRecord[] {
  const result = v.safeParse(batchSchema, batch);
  if (!result.success) throw new MalformedError('event', 'is no batch of SQS messages');
  return result.output.Records;
}

interface Message extends DatedEvent {
  readonly messageId: string;
  /** What every line about it tells: nothing of what is in it. */
  readonly fields: { readonly messageId: string; readonly requestId?: string };
}

/** Never throws. Undefined, after a line that says why, for a message that is none of ours. */
function readMessage({ messageId, body, messageAttributes }: SqsRecord, { log }: Telemetry): Message | undefined {
  const requestId = requestIdOfMessage(messageAttributes);
  const fields = { messageId, ...(requestId === undefined ? {} : { requestId }) };
  try {
    const event = parseMessage(body);
    return { messageId, fields, event, at: epochSeconds(Date.parse(event.receivedAt)) };
  } catch (error) {
    const message = 'a message is not an event; it will go to the dead-letter queue';
    log.error('event.malformed', message, { ...fields, error: describeError(error) });
    return undefined;
  }
}

const STORED = { metric: 'EventsStored', by: ['outcome'] };

/** Logs what became of an event, and whether it is done. */
function isStored(tried: Tried<Message, string>, { log }: Telemetry): boolean {
  const { event, fields } = tried.item;
  if (tried.status === 'rejected') {
    log.error('event.failed', 'an event could not be stored', { ...fields, error: describeError(tried.reason) });
    return false;
  }
  const outcome = tried.value;
  log.info('event.stored', `event ${outcome}`, { ...fields, eventId: event.id, outcome }, STORED);
  return true;
}
