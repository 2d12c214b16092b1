import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { OperatorClients } from '@cloakroom/aws/operator';
import type { Place } from './dead-change.ts';

/** An open shard answers without records, and without an end, for as long as nobody writes. */
const MAX_PAGES = 100;

/** How the stream says that it is more than 24 hours since. */
const FORGOTTEN = new Set(['TrimmedDataAccessException', 'ResourceNotFoundException']);

/**
 * The changes of a place, as Lambda would hand them over; undefined when the stream has forgotten one of them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export async function readPlace(
  streams: Pick<OperatorClients['streams'], 'send'>,
  place: Place,
): Promise<readonly object[] | undefined> {
  try {
    const records = await recordsOf(streams, place);
    return records.length < place.count ? undefined : records.map(asInEvent);
  } catch (error) {
    if (error instanceof Error && FORGOTTEN.has(error.name)) return undefined;
    throw error;
  }
}

async function recordsOf(
  streams: Pick<OperatorClients['streams'], 'send'>,
  { streamArn: StreamArn, shardId: ShardId, from, to, count }: Place,
): Promise<StreamRecord[]> {
  const start = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: from } as const;
  let { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...start }));
  const found: StreamRecord[] = [];
  for (let page = 0; page < MAX_PAGES && ShardIterator !== undefined && found.length < count; page += 1) {
    const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    found.push(...Records.filter((record) => isUpTo(to, record)));
    if (Records.some((record) => !isUpTo(to, record))) break;
    ShardIterator = NextShardIterator;
  }
  return found;
}

function isUpTo(end: string, { dynamodb }: StreamRecord): boolean {
  return BigInt(dynamodb?.SequenceNumber ?? '0') <= BigInt(end);
}

/** The names of Lambda's event, and binary values as text. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
function asInEvent({ userIdentity, ...record }: StreamRecord): object {
  const identity = userIdentity && { type: userIdentity.Type, principalId: userIdentity.PrincipalId };
  const text = JSON.stringify({ ...record, userIdentity: identity }, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
  return JSON.parse(text);
}
