import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  type ListTagsOfResourceCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';
import { readPolicy } from './table-policy.ts';

/** Everything that a table is set to, by name, as text or plain data. */
export type TableSettings = Readonly<Record<string, unknown>>;

/** What is still on its way is as good as done. */
const ARRIVING: Readonly<Record<string, string>> = { ENABLING: 'ENABLED', DISABLING: 'DISABLED' };

/**
 * All of a table that a restore leaves behind, and all that it keeps.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_restores.html
 */
export async function readSettings(dynamodb: DynamoDb, TableName: string): Promise<TableSettings> {
  const [{ Table: table = {} }, { TimeToLiveDescription: ttl = {} }, { ContinuousBackupsDescription: backups }] =
    await Promise.all([
      dynamodb.send(new DescribeTableCommand({ TableName })),
      dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
      dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
    ]);
  const recovery = backups?.PointInTimeRecoveryDescription;
  return {
    'key schema': table.KeySchema,
    attributes: table.AttributeDefinitions,
    'billing mode': table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    'table class': table.TableClassSummary?.TableClass ?? 'STANDARD',
    indexes: [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])].map(
      ({ IndexName }) => IndexName,
    ),
    encryption: table.SSEDescription && {
      status: settled(table.SSEDescription.Status),
      type: table.SSEDescription.SSEType,
      key: table.SSEDescription.KMSMasterKeyArn,
    },
    stream: table.StreamSpecification?.StreamEnabled ? table.StreamSpecification.StreamViewType : 'off',
    'deletion protection': table.DeletionProtectionEnabled ?? false,
    'time to live': { status: settled(ttl.TimeToLiveStatus), attribute: ttl.AttributeName },
    'point-in-time recovery': { status: recovery?.PointInTimeRecoveryStatus, days: recovery?.RecoveryPeriodInDays },
    tags: await readTags(dynamodb, table.TableArn),
    policy: table.TableArn && (await readPolicy(dynamodb, table.TableArn)),
  };
}

const settled = (status: string | undefined) => ARRIVING[status ?? ''] ?? status;

async function readTags(dynamodb: DynamoDb, ResourceArn: string | undefined): Promise<Record<string, string>> {
  const tags: (readonly [string, string])[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListTagsOfResourceCommandOutput = await dynamodb.send(
      new ListTagsOfResourceCommand({ ResourceArn, NextToken }),
    );
    for (const { Key = '', Value = '' } of page.Tags ?? []) tags.push([Key, Value]);
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return Object.fromEntries(tags.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** In what two tables differ, a line for each setting. */
export function differencesOf(original: TableSettings, restored: TableSettings): readonly string[] {
  return [...new Set([...Object.keys(original), ...Object.keys(restored)])].flatMap((name) => {
    const [before, after] = [textOf(original[name]), textOf(restored[name])];
    return before === after ? [] : [`${name}: ${before} before, ${after} now`];
  });
}

/** As JSON, with the members of an object in one order. */
function textOf(value: unknown): string {
  const inOrder = (_: string, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner;
  return JSON.stringify(value ?? null, inOrder);
}
