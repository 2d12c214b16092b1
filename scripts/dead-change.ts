import { isObject } from '@cloakroom/core';
/** Where changes are that Lambda has given up: it tells the place, and not what is there. */
export interface Place {
  readonly streamArn: string;
  readonly shardId: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** What a letter among the changes is. */
export type DeadChange =
  /** What record-changes did not understand, whole. */
  | { readonly kind: 'record'; readonly reason: string; readonly record: object }
  /** The same, without what was in it. */
  | { readonly kind: 'bare record'; readonly reason: string; readonly record: object }
  /** What Lambda has given up. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
  | { readonly kind: 'place'; readonly reason: string; readonly place: Place }
  | { readonly kind: 'unknown' };

export function parseDeadChange(body: string): DeadChange {
  const letter = parseObject(body);
  const { record, reason, imagesLeftOut, DDBStreamBatchInfo: info, requestContext } = letter;
  if (isObject(record) && typeof reason === 'string') {
    return { kind: imagesLeftOut === true ? 'bare record' : 'record', reason, record };
  }
  const place = isObject(info) ? parsePlace(info) : undefined;
  if (place === undefined) return { kind: 'unknown' };
  const condition = isObject(requestContext) ? requestContext.condition : undefined;
  return { kind: 'place', reason: typeof condition === 'string' ? condition : 'unknown', place };
}

function parsePlace(info: Fields): Place | undefined {
  const { streamArn, shardId, startSequenceNumber: from, endSequenceNumber: to, batchSize: count } = info;
  const isPlace =
    typeof streamArn === 'string' &&
    typeof shardId === 'string' &&
    isSequenceNumber(from) &&
    isSequenceNumber(to) &&
    typeof count === 'number';
  return isPlace ? { streamArn, shardId, from, to, count } : undefined;
}

const isSequenceNumber = (value: unknown): value is string => typeof value === 'string' && /^\d{1,40}$/.test(value);

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const SHOWN_OF_ID = 8;

/** One line on a letter: what kind of change it is and why it is here, and nothing of whom it concerns. */
export function describeDeadChange(body: string): string {
  const letter = parseDeadChange(body);
  if (letter.kind === 'unknown') return `no change of ours (${Buffer.byteLength(body)} B)`;
  if (letter.kind === 'place') {
    const { count, shardId, from, to } = letter.place;
    return `${count} changes of ${shardId}, ${from} to ${to}: ${letter.reason}`;
  }
  const { eventName, dynamodb } = letter.record as { eventName?: unknown; dynamodb?: Fields };
  const item = (dynamodb?.Keys as { item?: { S?: unknown } } | undefined)?.item?.S;
  const [prefix = '', id = ''] = String(item).split('#', 2);
  const shown = `${String(eventName)} of ${prefix.slice(0, 20)}#${id.slice(0, SHOWN_OF_ID)}…`;
  return `${shown}, ${String(dynamodb?.SequenceNumber)}: ${letter.reason}${letter.kind === 'record' ? '' : ' (without images)'}`;
}
