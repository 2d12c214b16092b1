import { isObject, MalformedError } from '@cloakroom/core';
import type { ItemChange } from '@cloakroom/sessions';
import * as v from 'valibot';

/** Who deletes what is past its TTL. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const TTL_SERVICE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const;

const image = v.optional(v.record(v.string(), v.custom<NonNullable<ItemChange['after']>[string]>(isObject)));
const recordSchema = v.object({
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  userIdentity: v.nullish(v.object({ type: v.string(), principalId: v.string() })),
  dynamodb: v.object({
    Keys: v.object({ item: v.object({ S: v.string() }) }),
    OldImage: image,
    NewImage: image,
  }),
});

/** A record of the batch: of one that says nothing else, still its place in the stream. */
const placedSchema = v.looseObject({
  dynamodb: v.looseObject({ SequenceNumber: v.pipe(v.string(), v.nonEmpty()) }),
});
const batchSchema = v.object({ Records: v.array(placedSchema), redrive: v.optional(v.boolean(), false) });

export type PlacedRecord = v.InferOutput<typeof placedSchema>;

export interface Batch {
  readonly records: readonly PlacedRecord[];
  /** Whether they come from the dead letters. */
  readonly isRedrive: boolean;
}

/**
 * The records of a batch of a table's stream.
 *
 * @throws MalformedError when the event is none, or a record has no sequence number to report it by: the batch fails as a whole
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function parseBatch(event: unknown): Batch {
  const result = v.safeParse(batchSchema, event);
  if (!result.success) throw new MalformedError('event', 'is no batch of a table’s stream');
  const { Records: records, redrive: isRedrive } = result.output;
  return { records, isRedrive };
}

/** @throws MalformedError for anything that is no change of an item of the sessions table */
export function parseRecord(record: PlacedRecord): ItemChange {
  const result = v.safeParse(recordSchema, record);
  if (!result.success) throw new MalformedError(v.getDotPath(result.issues[0]) ?? 'record', 'is not valid');
  const { eventName, userIdentity, dynamodb } = result.output;
  return {
    name: eventName,
    item: dynamodb.Keys.item.S,
    before: dynamodb.OldImage,
    after: dynamodb.NewImage,
    isByTtl: userIdentity?.type === TTL_SERVICE.type && userIdentity.principalId === TTL_SERVICE.principalId,
  };
}
