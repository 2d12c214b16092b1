import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { type Environment, environmentOf, readTableNames } from '@cloakroom/terraform';
import { testDynamoDb } from '@cloakroom/testing';
import { recordedTools } from '../deployment/tools-fixture.ts';
import { createProgressFile } from './progress.ts';
import type { RestoreWorld } from './world.ts';

type Item = Record<string, AttributeValue>;
interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}

/** What DynamoDB Local does not keep of a table. */
interface Kept {
  ttl: boolean;
  recovery: boolean;
  tags: boolean;
  protection: boolean;
  /** How many writes are still taken, since its policy denies them; undefined without a policy. */
  frozenAfter?: number;
}

const AS_APPLIED: Kept = { ttl: true, recovery: true, tags: true, protection: true };
const AS_RESTORED: Kept = { ttl: false, recovery: false, tags: false, protection: false };
const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'TransactWriteItemsCommand']);
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/tables';

/**
 * An account with the two tables of an environment: their items in DynamoDB Local, and in here what that does not know. What was
 * remembered is what a restore brings back.
 */
export async function accountFixture() {
  const real = testDynamoDb();
  const environment: Environment = { ...environmentOf('prod'), app: `t${Math.random().toString(36).slice(2, 12)}` };
  const prefix = `${environment.app}-prod`;
  const kept = new Map<string, Kept>();
  const remembered = new Map<string, Item[]>();
  const state = {
    /** What Terraform has. */
    held: { sessions: `${prefix}-sessions`, events: `${prefix}-events` } as Record<string, string>,
    /** Before each command: to fail. */
    before: (_: string): void => undefined,
    /** After the backup of a deleted table was made. */
    deleted: new Set<string>(),
    deploy: (): number => 0,
    plan: (): number => 0,
    latest: new Date(Date.now() - 300_000),
  };
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-restore-'));

  async function makeTable(name: string, sortKey: string, settings: Kept) {
    await real.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['user_key', sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'user_key', KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        ...(sortKey === 'item' && settings.ttl
          ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }
          : {}),
      }),
    );
    kept.set(name, { ...settings });
  }
  await makeTable(`${prefix}-sessions`, 'item', AS_APPLIED);
  await makeTable(`${prefix}-events`, 'event_key', AS_APPLIED);

  async function itemsOf(TableName: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client: real }, { TableName, ConsistentRead: true })) {
      items.push(...Items);
    }
    return items;
  }

  async function bringBack(source: string, name: string) {
    await makeTable(name, source.includes('-events') ? 'event_key' : 'item', AS_RESTORED);
    for (const Item of remembered.get(source) ?? []) await real.send(new PutItemCommand({ TableName: name, Item }));
  }

  function refuseFrozen(command: Sent): void {
    const names = JSON.stringify(command.input).match(/"TableName":"([^"]+)"/g) ?? [];
    for (const name of names.map((text) => text.slice(13, -1))) {
      const table = kept.get(name);
      if (table?.frozenAfter === undefined) continue;
      table.frozenAfter -= 1;
      if (table.frozenAfter >= 0) continue;
      const error = new Error(`not authorized to perform: ${name} with an explicit deny in a resource-based policy`);
      throw Object.assign(error, { name: 'AccessDeniedException' });
    }
  }

  async function send(command: Sent): Promise<unknown> {
    const { name } = command.constructor;
    const input = command.input as Record<string, string | undefined>;
    const table = kept.get(input.TableName ?? input.ResourceArn?.split('/').at(-1) ?? '');
    state.before(name);
    if (WRITES.has(name)) refuseFrozen(command);
    if (name === 'DescribeTableCommand') return describe(String(input.TableName));
    if (name === 'RestoreTableToPointInTimeCommand') {
      return bringBack(String(input.SourceTableName), String(input.TargetTableName));
    }
    if (name === 'RestoreTableFromBackupCommand') {
      return bringBack(String(input.BackupArn?.split('/')[1]), String(input.TargetTableName));
    }
    if (name === 'PutResourcePolicyCommand' && table !== undefined) {
      table.frozenAfter ??= 2;
      return {};
    }
    if (name === 'GetResourcePolicyCommand')
      throw Object.assign(new Error('none'), { name: 'PolicyNotFoundException' });
    const answer = table && settingsOf(name, table);
    if (answer !== undefined) return answer;
    if (name === 'ListBackupsCommand') {
      const BackupArn = `arn:aws:dynamodb:eu-central-1:123456789012:table/${input.TableName}/backup/1`;
      return {
        BackupSummaries: state.deleted.has(String(input.TableName))
          ? [{ BackupArn, BackupCreationDateTime: new Date() }]
          : [],
      };
    }
    return real.send(command as never);
  }

  function settingsOf(command: string, { ttl, recovery, tags }: Kept): unknown {
    if (command === 'DescribeTimeToLiveCommand') {
      return {
        TimeToLiveDescription: ttl
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' }
          : { TimeToLiveStatus: 'DISABLED' },
      };
    }
    if (command === 'DescribeContinuousBackupsCommand') {
      const times = {
        EarliestRestorableDateTime: new Date(Date.now() - 35 * 86_400_000),
        LatestRestorableDateTime: state.latest,
      };
      const told = recovery
        ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35, ...times }
        : { PointInTimeRecoveryStatus: 'DISABLED' };
      return { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: told } };
    }
    if (command !== 'ListTagsOfResourceCommand') return undefined;
    return { Tags: tags ? [{ Key: 'application', Value: 'cloakroom' }] : [] };
  }

  async function describe(TableName: string) {
    const { Table } = await real.send(new DescribeTableCommand({ TableName }));
    const SSEDescription = { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY };
    return { Table: { ...Table, SSEDescription, DeletionProtectionEnabled: kept.get(TableName)?.protection } };
  }

  const dynamodb = { send } as unknown as DynamoDBClient;
  const recorded = recordedTools({
    read: (line) => (line.includes('state pull') ? JSON.stringify(stateOf(state.held)) : ''),
    run(line) {
      const removed = /state rm aws_dynamodb_table\.(\w+)/.exec(line)?.[1];
      if (removed !== undefined) delete state.held[removed];
      if (line.endsWith('--plan-only')) return state.plan();
      if (!line.includes('deploy.ts')) return 0;
      const code = state.deploy();
      if (code !== 0) return code;
      for (const [table, name = ''] of Object.entries(readTableNames(folder))) {
        state.held[table] = name;
        kept.set(name, { ...AS_APPLIED });
      }
      return code;
    },
  });
  const world: { -readonly [name in keyof RestoreWorld]: RestoreWorld[name] } = {
    environment,
    folder,
    tools: recorded.tools,
    dynamodb,
    sleep: async () => undefined,
    nowMs: Date.now,
    awsNowMs: async () => Math.floor(Date.now() / 1000) * 1000,
    progress: createProgressFile(join(folder, '.local/restore.json')),
    prepare: async () => undefined,
  };
  return {
    ...recorded,
    world,
    state,
    kept,
    prefix,
    real,
    itemsOf,
    /** What a restore brings back from here on. */
    async remember() {
      for (const name of [`${prefix}-sessions`, `${prefix}-events`]) remembered.set(name, await itemsOf(name));
    },
  };
}

function stateOf(held: Readonly<Record<string, string>>) {
  const resources = Object.entries(held).map(([name, table]) => {
    return { mode: 'managed', type: 'aws_dynamodb_table', name, instances: [{ attributes: { name: table } }] };
  });
  return { version: 4, resources: [...resources, { type: 'aws_sqs_queue', name: 'events', instances: [] }] };
}
