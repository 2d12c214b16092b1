import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  paginateListTables,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told, unless, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

/** Every table: its key, encryption, recovery, time to live, stream and protection. */
export async function readTables({ dynamodb }: AwsClients, names: Names): Promise<Plain> {
  const tables = await collect(paginateListTables({ client: dynamodb }, {}), ({ TableNames }) => TableNames);
  const described = await Promise.all(tables.map((table) => readTable(dynamodb, table)));
  for (const { description } of described) addNames(names, description);
  return byName(
    described,
    ({ description }) => names.short(description.TableName),
    (table) => table.settings,
  );
}

async function readTable(dynamodb: AwsClients['dynamodb'], TableName: string) {
  const description = told((await dynamodb.send(new DescribeTableCommand({ TableName }))).Table);
  const ResourceArn = told(description.TableArn);
  const [ttl, backups, policy] = await Promise.all([
    dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
    unless('PolicyNotFoundException', dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }))),
  ]);
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
  return {
    description,
    settings: {
      ...settingsOf(description),
      timeToLive: ttl.TimeToLiveDescription,
      pointInTimeRecovery: without(recovery, 'EarliestRestorableDateTime', 'LatestRestorableDateTime'),
      ...(policy?.Policy === undefined ? {} : { policy: statementsOf(policy.Policy) }),
    },
  };
}

function settingsOf(table: TableDescription): Plain {
  const { AttributeDefinitions = [], KeySchema = [], ...others } = table;
  const identity = [
    'TableName',
    'TableArn',
    'TableId',
    'TableStatus',
    'CreationDateTime',
    'LatestStreamArn',
    'LatestStreamLabel',
  ];
  // What is in the table, and what AWS keeps ready for it.
  const contents = ['ItemCount', 'TableSizeBytes', 'ProvisionedThroughput', 'WarmThroughput'];
  return {
    ...without(others, ...identity, ...contents),
    attributes: AttributeDefinitions.map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`),
    key: KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`),
  };
}

function addNames(names: Names, { TableName, TableArn, LatestStreamArn }: TableDescription): void {
  names.add(TableArn, `table ${names.short(TableName)}`);
  names.add(LatestStreamArn, `stream of table ${names.short(TableName)}`);
}
