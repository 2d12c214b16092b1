import { type AttributeValue, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { SessionTable } from './table.ts';

/** Where a Scan goes on: the key of the last item that was read. JSON can hold it. */
export type ScanKey = Readonly<Record<string, AttributeValue>>;

export interface PartitionScan {
  /** One of `segments` parts of the table, from 0, that are scanned side by side. */
  readonly segment: number;
  readonly segments: number;
  /** From where the page before ended. */
  readonly from?: ScanKey | undefined;
}

export interface PartitionPage {
  /** Partition keys, each once. The next page may begin with the last one again. */
  readonly keys: readonly string[];
  /** Where the next page begins; undefined at the end of the segment. */
  readonly next: ScanKey | undefined;
}

/** So many items are looked at for a page. All of a partition stand together. */
const ITEMS_PER_READ = 1000;

/**
 * Which partitions a table has that is keyed by `user_key`, page by page, in no order that means anything. Strongly consistent. It
 * reads the whole table: for a table that nobody works on yet.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
 */
export async function scanPartitions(
  { dynamodb, table }: Pick<SessionTable, 'dynamodb' | 'table'>,
  { segment, segments, from }: PartitionScan,
): Promise<PartitionPage> {
  const { Items = [], LastEvaluatedKey }: ScanCommandOutput = await dynamodb.send(
    new ScanCommand({
      TableName: table,
      ConsistentRead: true,
      Segment: segment,
      TotalSegments: segments,
      Limit: ITEMS_PER_READ,
      ProjectionExpression: 'user_key',
      ExclusiveStartKey: from,
    }),
  );
  return { keys: [...new Set(Items.map(({ user_key }) => user_key?.S ?? ''))], next: LastEvaluatedKey };
}
