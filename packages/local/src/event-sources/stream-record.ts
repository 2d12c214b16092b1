import * as v from 'valibot';

const recordSchema = v.looseObject({
  eventName: v.string(),
  dynamodb: v.looseObject({ SequenceNumber: v.string(), ApproximateCreationDateTime: v.number() }),
});

/** One change of an item, as GetRecords of DynamoDB Local answers it. */
export type StreamRecord = v.InferOutput<typeof recordSchema>;

/** GetRecords' answer. Without a next iterator the shard is closed, and has been read to its end. */
export const recordsSchema = v.object({
  Records: v.array(recordSchema),
  NextShardIterator: v.nullish(v.string()),
});

/** How DynamoDB Local calls a deletion by TTL, of which it names no originator. */
const TTL_DELETION = 'UNKNOWN_TO_SDK_VERSION';

/** How DynamoDB tells a deletion by TTL. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const BY_TTL = { eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };

/** The record of a change in a function's event. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export function streamRecord(record: StreamRecord, eventSourceARN: string): object {
  return {
    ...record,
    ...(record.eventName === TTL_DELETION ? BY_TTL : {}),
    awsRegion: eventSourceARN.split(':')[3],
    eventSourceARN,
  };
}

export function sequenceNumberOf({ dynamodb }: StreamRecord): string {
  return dynamodb.SequenceNumber;
}

export function arrivalMsOf({ dynamodb }: StreamRecord): number {
  return dynamodb.ApproximateCreationDateTime * 1000;
}
