import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { type AwsClients, createAwsClients } from './read-back/aws-clients.ts';
import { Workspace } from './workspace.ts';

const [FUNCTIONS, DATA] = ['123456789012', '210987654321'];
const ROLE = `arn:aws:iam::${DATA}:role/cloakroom-data`;
const OPERATOR = `arn:aws:iam::${DATA}:role/operator`;
const TABLE = 'cloakroom-dev-sessions';

const account = useAccount();
let data: Workspace;
let aws: AwsClients;

/** What of a stack is tables, queues and roles: that is applied within seconds, and the rest does not concern another account. */
function reduced(document: TerraformDocument, kept: RegExp): TerraformDocument {
  const resource = Object.entries(document.resource).flatMap(([type, named]) => {
    const some = Object.entries(named).filter(([name]) => kept.test(type) && !name.endsWith('_runtime'));
    return some.length === 0 ? [] : [[type, Object.fromEntries(some)] as const];
  });
  const { TableName = { value: '' } } = document.output;
  return { ...document, resource: Object.fromEntries(resource), output: { TableName } };
}

/** The page's role, with what stands in angle brackets filled in; nobody signs in by browser here. */
function roleOfThePage(): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const [, section = ''] = page.split('\n### A data role\n');
  const [, hcl = ''] = /^```hcl\n(.*?)^```/ms.exec(section) ?? [];
  const queue = (name: string) => `arn:aws:sqs:eu-central-1:${FUNCTIONS}:cloakroom-dev-${name}`;
  const filled: readonly (readonly [string, string])[] = [
    ['<account of the functions>', FUNCTIONS],
    ['<app>-<name>', 'cloakroom-dev'],
    ['<ARN of the table …-sessions>', `\${aws_dynamodb_table.sessions.arn}`],
    ['<ARN of the table …-events>', `\${aws_dynamodb_table.events.arn}`],
    ['<ARN of the queue …-events>', queue('events')],
    ['<ARN of the queue …-changes-dlq>', queue('changes-dlq')],
    ['<ARN of the key>', `\${aws_kms_key.tables.arn}`],
    ['<region>', 'eu-central-1'],
  ];
  const withoutBrowsers = hcl.replace(/ {2}# Where people sign in by browser.*^ {2}\}\n(?=\}\n)/ms, '');
  const role = filled.reduce((text, [place, value]) => text.replaceAll(place, value), withoutBrowsers);
  expect(role).not.toMatch(/[<>]/);
  return role;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** As a function does, whose own role is of the account of the functions. */
async function assume(role: string): Promise<Keys> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'it',
  });
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/sts/aws4_request';
  const answer = await (await fetch(account.emulator.url, { method: 'POST', headers: { authorization }, body })).text();
  const told = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer)?.[1] ?? '';
  return {
    accessKeyId: told('AccessKeyId'),
    secretAccessKey: told('SecretAccessKey'),
    sessionToken: told('SessionToken'),
  };
}

const clientOf = (credentials: Keys) => ({ endpoint: account.emulator.url, region: 'eu-central-1', credentials });

beforeAll(async () => {
  aws = createAwsClients(account.emulator.url);
  account.workspace.write(
    reduced(
      account.stackOf({ ...dev, dataRoleArn: ROLE }),
      /^aws_(dynamodb_table|iam_role|iam_role_policy|kms_key|sqs_\w+)$/,
    ),
  );
  data = new Workspace(REAL_PARTS, account.emulator.url);
  const tables = reduced(account.stackOf(dev), /^aws_(dynamodb_table|kms_key)$/);
  // Whoever applies there is of that account.
  const [provider] = tables.provider.aws as readonly object[];
  data.write({ ...tables, provider: { aws: [{ ...provider, assume_role: [{ role_arn: OPERATOR }] }] } });
  writeFileSync(join(data.folder, 'role.tf'), roleOfThePage());
  await Promise.all(
    [account.workspace, data].map(async (workspace) => {
      await workspace.init();
      await workspace.apply();
    }),
  );
});
afterAll(() => data?.remove());

describe('tables in a second account, and the role of docs/configuration.md there', () => {
  it('have nothing more to change', async () => {
    expect(await data.plan()).toEqual([]);
    expect((await data.succeed('state', 'list')).trim().split('\n')).toEqual(
      expect.arrayContaining(['aws_dynamodb_table.sessions', 'aws_iam_role.data', 'aws_iam_role_policy.data']),
    );
  });

  it('are what a function works on that has assumed the role, and those of its own account are not touched', async () => {
    const there = new DynamoDBClient(clientOf(await assume(ROLE)));
    const Key = { user_key: { S: 'U#local#ada' }, item: { S: 'USER' } };
    await there.send(new PutItemCommand({ TableName: TABLE, Item: { ...Key, version: { N: '7' } } }));
    const { Item } = await there.send(new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true }));
    expect(Item).toEqual({ ...Key, version: { N: '7' } });
    const operator = new DynamoDBClient(clientOf(await assume(OPERATOR)));
    expect((await operator.send(new ScanCommand({ TableName: TABLE }))).Count).toBe(1);
    expect((await aws.dynamodb.send(new ScanCommand({ TableName: TABLE }))).Count).toBe(0);
  });

  it('trust the roles of the functions alone, and let them do to tables and queues what their code does', async () => {
    const iam = new IAMClient(clientOf(await assume(OPERATOR)));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'cloakroom-data' }));
    expect(Role?.Arn).toBe(ROLE);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${FUNCTIONS}:root` },
          Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${FUNCTIONS}:role/cloakroom-dev-*` } },
        },
      ],
    });
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'cloakroom-data', PolicyName: 'data' }),
    );
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Resource: unknown }[] };
    expect(Statement.map(({ Resource }) => [Resource].flat().toSorted())).toEqual([
      ['events', 'sessions'].map((name) => `arn:aws:dynamodb:eu-central-1:${DATA}:table/cloakroom-dev-${name}`),
      ['changes-dlq', 'events'].map((name) => `arn:aws:sqs:eu-central-1:${FUNCTIONS}:cloakroom-dev-${name}`),
      [expect.stringMatching(`^arn:aws:kms:eu-central-1:${DATA}:key/`)],
    ]);
  });

  it('leave the queues where the functions are, which let the role send', async () => {
    const { QueueUrl } = await aws.sqs.send(new GetQueueUrlCommand({ QueueName: 'cloakroom-dev-events' }));
    const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }));
    const { Statement } = JSON.parse(Attributes?.Policy ?? '') as { Statement: object[] };
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Sid: 'LetDataRoleSend',
        Principal: { AWS: `arn:aws:iam::${DATA}:root` },
        Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } },
      }),
    );
  });
});
