import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { type User, userKey } from '@cloakroom/core';
import { createSessionStore } from '@cloakroom/sessions';
import { aCreation, aSignIn, newUser, STORE_RULES } from '@cloakroom/testing';
import { beforeAll, expect, it } from '@jest/globals';
import { readChanges } from '../../plan/planned-changes.ts';
import { withoutKnownDifferences } from '../known-differences.ts';
import { createAwsClients } from '../read-back/aws-clients.ts';
import { STATE_BUCKET, useInstallation } from './installation.ts';

const OLD = 'cloakroom-staging-sessions';

const installation = useInstallation();
let dynamodb: DynamoDBClient;
let lambda: LambdaClient;

beforeAll(async () => {
  installation.writeEnvironment('staging');
  await installation.emulator.makeBucket(STATE_BUCKET);
  ({ dynamodb, lambda } = createAwsClients(installation.proxy.url));
  const { code, output } = await installation.run('scripts/deploy', ['staging', '--yes']);
  if (code !== 0) throw new Error(output);
}, 600_000);

const storeOf = (table: string) => createSessionStore({ dynamodb, table, nowMs: Date.now, ...STORE_RULES });
const signIn = () => aCreation(aSignIn({ user: newUser('cognito'), authTime: Math.floor(Date.now() / 1000) - 60 }));

const putEvent = (user: User) =>
  dynamodb.send(
    new PutItemCommand({
      TableName: 'cloakroom-staging-events',
      Item: { user_key: { S: userKey(user) }, event_key: { S: '01990000-0000-7000-8000-000000000000#c' } },
    }),
  );

/** One attribute of all items. */
async function itemsOf(TableName: string, attribute = 'item'): Promise<readonly string[]> {
  const items: string[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName })) {
    items.push(...Items.map((item) => item[attribute]?.S ?? ''));
  }
  return items;
}

function readTables(folder: string): { readonly sessions: string; readonly events: string } {
  return JSON.parse(readFileSync(join(folder, 'tables.json'), 'utf8'));
}

async function plannedChanges() {
  const folder = installation.environmentFolder('staging');
  const file = join('.terraform', 'second.tfplan');
  const planned = await installation.run('terraform', ['plan', '-input=false', `-out=${file}`], folder);
  if (planned.code !== 0) throw new Error(planned.output);
  const { output } = await installation.run('terraform', ['show', '-json', file], folder);
  return withoutKnownDifferences(readChanges(JSON.parse(output)));
}

it('restores the sessions to a point in time, and moves the whole stack to them: the drill', async () => {
  const before = signIn();
  await storeOf(OLD).create(before);
  const erased = newUser('cognito');
  await putEvent(before.login.user);
  await putEvent(erased);
  // To the second: the next one begins after what was written.
  const to = new Date((Math.floor(Date.now() / 1000) + 1) * 1000).toISOString().replace('.000', '');
  await setTimeout(Date.parse(to) + 1000 - Date.now());
  const since = signIn();
  await storeOf(OLD).create(since);
  await storeOf(OLD).revoke({ user: since.login.user, id: since.login.loginId });
  await storeOf(OLD).markErased(erased);

  const options = ['--to', to, '--tables', 'sessions,events', '--yes'];
  const { code, output } = await installation.run('scripts/restore', ['staging', ...options]);
  expect(output).toContain(`${OLD} as it was at ${to.replace('Z', '.000Z')} becomes ${OLD}-`);
  expect(output).toMatch(/4 partitions, 1 sessions ended, 1 users erased again/);
  expect(output.match(/every setting is as it was/g)).toHaveLength(2);
  expect(code).toBe(0);

  // Nobody is let in by what was there, or by what has ended since.
  const folder = installation.environmentFolder('staging');
  const tables = readTables(folder);
  const { sessions: name } = tables;
  expect((await itemsOf(name)).filter((item) => item.startsWith('SESSION#'))).toEqual([]);
  for (const request of [before, since]) {
    await expect(storeOf(name).create(request)).rejects.toMatchObject({
      code: expect.stringMatching(/LOGIN_ENDED|SIGN_IN_TOO_EARLY/),
    });
  }
  expect(await itemsOf(tables.events, 'user_key')).toEqual([userKey(before.login.user)]);
  // The old table stays as it was, and takes no writes.
  expect((await itemsOf(OLD)).filter((item) => item.startsWith('SESSION#'))).toHaveLength(1);
  await expect(storeOf(OLD).create(signIn())).rejects.toThrow('explicit deny');

  // Functions and the stream's mapping work on the new one, and nothing is left to change.
  for (const each of ['authorizer', 'create-session', 'record-changes']) {
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `cloakroom-staging-${each}`, Qualifier: 'live' }),
    );
    expect(Environment?.Variables?.SESSIONS_TABLE).toBe(name);
  }
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const sources = EventSourceMappings.map(({ EventSourceArn }) => EventSourceArn);
  expect(sources.filter((arn) => arn?.includes(':dynamodb:'))).toEqual([Table?.LatestStreamArn]);
  expect(await plannedChanges()).toEqual([]);
});
