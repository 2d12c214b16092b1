import * as v from 'valibot';
import { createJsonClient, type JsonClient, ServiceError } from '../base/json-client.ts';
import { recordsSchema, type StreamRecord } from './stream-record.ts';

/** GetRecords answers at most this many records. */
const MOST_PER_CALL = 1000;

/** A part of a stream, within which changes have an order. */
export interface Shard {
  readonly id: string;
  /** The shard that must be read to its end before this one. */
  readonly parentId: string | undefined;
}

/** What a shard holds after a position. */
interface ReadRecords {
  readonly records: readonly StreamRecord[];
  /** True when nothing more will ever come. */
  readonly isAtEnd: boolean;
}

/** Reads the newest stream of one table, by sequence numbers alone: iterators expire, and are forgotten by a restart. */
export interface StreamReader {
  /** DynamoDB Local's own ARN of the stream: a new one for every new table or stream. */
  streamArn(): Promise<string>;
  shards(streamArn: string): Promise<readonly Shard[]>;
  /** Up to `most` records after a sequence number, or from the oldest there is. */
  read(shard: ShardPosition, most: number): Promise<ReadRecords>;
}

interface ShardPosition {
  readonly streamArn: string;
  readonly shardId: string;
  readonly after: string | undefined;
}

/** A client of DynamoDB Local's streams. */
export function dynamoDbStreamsClient(origin: string, region: string): JsonClient {
  return createJsonClient({ origin, region, targetPrefix: 'DynamoDBStreams_20120810' });
}

const streamsSchema = v.object({
  Streams: v.array(v.object({ StreamArn: v.string(), StreamLabel: v.string() })),
  LastEvaluatedStreamArn: v.optional(v.string()),
});
const describedSchema = v.object({
  StreamDescription: v.object({
    Shards: v.optional(v.array(v.object({ ShardId: v.string(), ParentShardId: v.optional(v.string()) })), []),
    LastEvaluatedShardId: v.optional(v.string()),
  }),
});
const iteratorSchema = v.object({ ShardIterator: v.string() });

export function createStreamReader(streams: JsonClient, tableName: string): StreamReader {
  async function iterator({ streamArn: StreamArn, shardId: ShardId, after }: ShardPosition): Promise<string> {
    const ask = async (position: object) =>
      v.parse(iteratorSchema, await streams.call('GetShardIterator', { StreamArn, ShardId, ...position }))
        .ShardIterator;
    const oldest = { ShardIteratorType: 'TRIM_HORIZON' };
    if (after === undefined) return ask(oldest);
    try {
      return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after });
    } catch (error) {
      // The record was forgotten after 24 hours, and with it all before the oldest that is left.
      if (error instanceof ServiceError && error.code === 'TrimmedDataAccessException') return ask(oldest);
      throw error;
    }
  }

  return {
    async streamArn() {
      let newest: { StreamArn: string; StreamLabel: string } | undefined;
      let from: string | undefined;
      do {
        const input = { TableName: tableName, ...(from === undefined ? {} : { ExclusiveStartStreamArn: from }) };
        const page = v.parse(streamsSchema, await streams.call('ListStreams', input));
        for (const stream of page.Streams) {
          if (newest === undefined || stream.StreamLabel > newest.StreamLabel) newest = stream;
        }
        from = page.LastEvaluatedStreamArn;
      } while (from !== undefined);
      if (newest === undefined) throw new Error(`the table ${tableName} has no stream`);
      return newest.StreamArn;
    },
    async shards(StreamArn) {
      const shards: Shard[] = [];
      let from: string | undefined;
      do {
        const input = { StreamArn, ...(from === undefined ? {} : { ExclusiveStartShardId: from }) };
        const { StreamDescription } = v.parse(describedSchema, await streams.call('DescribeStream', input));
        shards.push(
          ...StreamDescription.Shards.map(({ ShardId, ParentShardId }) => ({ id: ShardId, parentId: ParentShardId })),
        );
        from = StreamDescription.LastEvaluatedShardId;
      } while (from !== undefined);
      return shards;
    },
    async read(position, most) {
      const input = { ShardIterator: await iterator(position), Limit: Math.min(most, MOST_PER_CALL) };
      const { Records, NextShardIterator } = v.parse(recordsSchema, await streams.call('GetRecords', input));
      return { records: Records, isAtEnd: NextShardIterator === undefined || NextShardIterator === null };
    },
  };
}
