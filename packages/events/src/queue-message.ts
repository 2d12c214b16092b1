import { jsonObject, jsonObjectText, MalformedError, parseRequestId } from '@cloakroom/core';
import * as v from 'valibot';
import type { UserEvent } from './user-event.ts';
import { clientEventType, eventId, user, utcTime } from './user-event.ts';

/** What SQS does not take, U+FFFE and U+FFFF, and the halves of what its emulators do not: all beyond U+FFFF. */
const ESCAPED = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;

/**
 * A value as the body of an SQS message: JSON, with the characters that SQS refuses escaped.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function messageBody(value: object): string {
  return JSON.stringify(value).replace(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** Messages that carry `data` as text, with all its digits. */
const VERSION = 2;

const fields = {
  user,
  id: eventId,
  // Checked again: whatever else can write to the queue cannot make an event of the system either.
  type: clientEventType,
  occurredAt: utcTime,
  receivedAt: utcTime,
};

const messageSchema = v.variant('version', [
  v.strictObject({ version: v.literal(VERSION), ...fields, data: jsonObjectText }),
  // Those of release 0.1.0 may wait in a queue, or in the dead-letter queue for 14 days.
  v.strictObject({ version: v.literal(1), ...fields, data: jsonObject }),
]);

/** An event as the body of an SQS message. 8 KiB of data make at most 24 KiB here, so ten events stay below the 256 KiB of a batch. */
export function formatMessage(event: UserEvent): string {
  return messageBody({ version: VERSION, ...event, data: event.data.text });
}

/** @throws MalformedError that names the field, and never repeats what is in it */
export function parseMessage(body: string): UserEvent {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedError('message', 'is not JSON'); // no cause: its message quotes the text
  }
  const result = v.safeParse(messageSchema, value, { abortEarly: true });
  if (!result.success) throw new MalformedError(v.getDotPath(result.issues[0]) ?? 'message', 'is not valid');
  const { version: _, ...event } = result.output;
  return event;
}

const attributesSchema = v.object({ requestId: v.object({ stringValue: v.string() }) });

/** What a message tells beside its body: which request sent it. No part of the event, so that it is not stored. */
export function messageAttributes(requestId: string) {
  return { requestId: { DataType: 'String', StringValue: requestId } };
}

/**
 * The request id in the message attributes of a record, as Lambda hands them over; undefined where there is none, as in messages
 * of before.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function requestIdOfMessage(attributes: unknown): string | undefined {
  const result = v.safeParse(attributesSchema, attributes);
  return result.success ? parseRequestId(result.output.requestId.stringValue) : undefined;
}
