import {
  type BackupSummary,
  BillingMode,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListBackupsCommand,
  ResourceNotFoundException,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  SSEType,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '@cloakroom/aws/dynamodb';

/** What the steps of a restore need of the world. */
export interface Dynamo {
  readonly dynamodb: DynamoDb;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly say: (line: string) => void;
}

const POLL_MS = 10_000;

/** Undefined when there is no such table. */
export async function describeTable(dynamodb: DynamoDb, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The times between which a table can be restored. @throws Error when it cannot */
export async function restorableTimes(dynamodb: DynamoDb, TableName: string): Promise<{ from: Date; until: Date }> {
  const { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: told } = {} } = await dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  );
  const { EarliestRestorableDateTime: from, LatestRestorableDateTime: until } = told ?? {};
  if (told?.PointInTimeRecoveryStatus !== 'ENABLED' || from === undefined || until === undefined) {
    throw new Error(`${TableName} has no point-in-time recovery, so it has no earlier state to be restored to`);
  }
  return { from, until };
}

/**
 * The backup that AWS makes of a table with point-in-time recovery when it is deleted, and keeps for 35 days.
 *
 * @throws Error when there is none
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
 */
export async function backupOfDeleted(
  dynamodb: DynamoDb,
  TableName: string,
): Promise<{ readonly arn: string; readonly at: Date }> {
  const { BackupSummaries = [] } = await dynamodb.send(new ListBackupsCommand({ TableName, BackupType: 'SYSTEM' }));
  const [newest] = BackupSummaries.toSorted((one, other) => timeOf(other) - timeOf(one));
  if (newest?.BackupArn === undefined) {
    throw new Error(`there is no table ${TableName}, and no backup that AWS made when it was deleted`);
  }
  return { arn: newest.BackupArn, at: new Date(timeOf(newest)) };
}

const timeOf = ({ BackupCreationDateTime: at }: BackupSummary) => at?.getTime() ?? 0;

export interface CopyRequest {
  readonly from: string;
  readonly name: string;
  readonly to: Date;
  /** Of a deleted table, instead of a time. */
  readonly backupArn?: string | undefined;
  /** The key of the tables. Where it is not known, AWS takes that of the source. */
  readonly keyArn?: string | undefined;
}

/** Begins the restore; there is nothing to do when it has begun already. */
export async function startCopy(dynamodb: DynamoDb, { from, name, to, backupArn, keyArn }: CopyRequest): Promise<void> {
  if ((await describeTable(dynamodb, name)) !== undefined) return;
  const target = {
    TargetTableName: name,
    BillingModeOverride: BillingMode.PAY_PER_REQUEST,
    ...(keyArn === undefined
      ? {}
      : { SSESpecificationOverride: { Enabled: true, SSEType: SSEType.KMS, KMSMasterKeyId: keyArn } }),
  };
  if (backupArn === undefined) {
    await dynamodb.send(
      new RestoreTableToPointInTimeCommand({ ...target, SourceTableName: from, RestoreDateTime: to }),
    );
  } else {
    await dynamodb.send(new RestoreTableFromBackupCommand({ ...target, BackupArn: backupArn }));
  }
}

/** Waits until a table is there for use, and says now and then for how long. @throws Error when there is none */
export async function untilActive({ dynamodb, sleep, say }: Dynamo, name: string): Promise<TableDescription> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const table = await describeTable(dynamodb, name);
    if (table === undefined) throw new Error(`there is no table ${name}`);
    if (table.TableStatus === 'ACTIVE') return table;
    if (waitedMs > 0 && waitedMs % 60_000 === 0)
      say(`${name} is ${table.TableStatus}, for ${waitedMs / 60_000} min now`);
    await sleep(POLL_MS);
  }
}

/** So that whatever ends from here on is recorded, as at all times. Terraform finds the stream as it wants it. */
export async function turnStreamOn(world: Dynamo, TableName: string): Promise<void> {
  const { StreamSpecification } = await untilActive(world, TableName);
  if (StreamSpecification?.StreamEnabled) return;
  const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  await world.dynamodb.send(new UpdateTableCommand({ TableName, StreamSpecification: stream }));
  await untilActive(world, TableName);
}
