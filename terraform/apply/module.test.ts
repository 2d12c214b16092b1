import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { GetApisCommand, GetStagesCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { writeModule } from '../module/write-module.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { forProviderOf, overlaid } from './overlay.ts';
import { type AwsClients, createAwsClients } from './read-back/aws-clients.ts';
import { readBack } from './read-back/read-back.ts';

const account = useAccount();
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-module-'));
const page = readFileSync(resolve(import.meta.dirname, '../../docs/terraform-module.md'), 'utf8');
let aws: AwsClients;
let before: unknown;
afterAll(() => rmSync(folder, { recursive: true }));

/** The blocks of HCL in a page. */
function hclIn(text: string): readonly string[] {
  return [...text.matchAll(/^```hcl\n(.*?)^```/gms)].map(([, block = '']) => block);
}

/** A module as the tests apply it: with what the provider of a mirror is too old for replaced, as in every stack. */
function overlay(): void {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  const module = { ...read('versions.tf.json'), ...read('main.tf.json') } as unknown as TerraformDocument;
  const { terraform, ...main } = overlaid(module, forProviderOf(REAL_PARTS.mirror));
  write('versions.tf.json', { terraform });
  write('main.tf.json', main);
}

/** The HCL of a page, in the folder of the stack, with the folder of the module where the page has its own. */
function write(name: string, hcl: string): void {
  const { workspace } = account;
  // The tests have a provider of their own.
  const modules = hcl.replace(/^provider "aws" \{.*?^\}\n/ms, '');
  const source = JSON.stringify(relative(workspace.folder, folder));
  writeFileSync(join(workspace.folder, name), modules.replaceAll(/(source\s*= )"[^"]*"/g, `$1${source}`));
}

beforeAll(async () => {
  const { workspace, emulator } = account;
  aws = createAwsClients(emulator.url);
  // moto makes what is in every account of AWS when it is first asked for it.
  await readBack(emulator.url, 'dev');
  before = await emulator.inventory();
  // What prod has and dev has not, but what takes time.
  writeModule({ ...dev, alarms: { notify: ['on-call@example.com'] } }, { outDir: folder, distDir: account.dist });
  workspace.write({
    terraform: { backend: { local: {} }, required_providers: { aws: { source: 'hashicorp/aws' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
  } as unknown as TerraformDocument); // all resources are the modules'
  write('readme.tf', hclIn(readFileSync(join(folder, 'README.md'), 'utf8')).join('\n'));
  write('page.tf', hclIn(page).join('\n'));
  overlay();
  await workspace.init();
  await workspace.apply();
});

async function variablesOf(FunctionName: string): Promise<Readonly<Record<string, string>>> {
  const { Environment } = await aws.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }),
  );
  return Environment?.Variables ?? {};
}

async function stageOf(name: string) {
  const { Items: apis = [] } = await aws.gateway.send(new GetApisCommand({}));
  const api = apis.find(({ Name }) => Name === name);
  const { Items: [stage] = [] } = await aws.gateway.send(new GetStagesCommand({ ApiId: api?.ApiId }));
  return { api, stage };
}

describe('the module, taken twice by a stack in HCL in another folder, applied', () => {
  it('has nothing more to change, but what the emulator tells in other words', async () => {
    const planned = await account.workspace.plan();
    const expected = ['cloakroom', 'partners'].flatMap((name) =>
      SECOND_PLAN.map((change) => ({ ...change, address: `module.${name}.${change.address}` })),
    );
    expect(planned).toEqual(expected);
  });

  it('made two installations, named by their variables', async () => {
    const outputs = JSON.parse(await account.workspace.succeed('output', '-json')) as Record<
      string,
      { value: unknown }
    >;
    const { api: first } = await stageOf('shop-prod');
    const { api: second } = await stageOf('shop-partners');
    expect(outputs.api_url?.value).toBe(first?.ApiEndpoint);
    expect(outputs.partners_url?.value).toBe(second?.ApiEndpoint);
    expect(first?.ApiId).not.toBe(second?.ApiId);
    const { Table: table } = await aws.dynamodb.send(new DescribeTableCommand({ TableName: 'shop-partners-sessions' }));
    const { Tags } = await aws.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: table?.TableArn }));
    expect(Object.fromEntries((Tags ?? []).map(({ Key = '', Value }) => [Key, Value]))).toEqual({
      application: 'shop',
      environment: 'partners',
      team: 'identity',
    });
  });

  it('has the origins, the retention and the throttles of the variables, or of the environment', async () => {
    const { api: first, stage: ofFirst } = await stageOf('shop-prod');
    const { api: second, stage: ofSecond } = await stageOf('shop-partners');
    expect(first?.CorsConfiguration?.AllowOrigins).toEqual(['https://app.example.com']);
    // In the order of a set.
    expect(second?.CorsConfiguration?.AllowOrigins?.toSorted()).toEqual([
      'https://admin.example.com',
      'https://partners.example.com',
    ]);
    expect(ofFirst?.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(ofSecond?.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 });
    const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({}));
    const days = Object.fromEntries(
      logGroups.map(({ logGroupName = '', retentionInDays }) => [logGroupName, retentionInDays]),
    );
    expect(days).toMatchObject({ '/aws/lambda/shop-prod-health': 7, '/aws/lambda/shop-partners-health': 90 });
  });

  it('tells of alarms whom the variable names', async () => {
    const list = await account.workspace.succeed('state', 'list');
    expect(list.split('\n').filter((address) => address.includes('aws_sns_topic_subscription'))).toEqual([
      'module.cloakroom.aws_sns_topic_subscription.alarms["on-call@example.com"]',
      'module.partners.aws_sns_topic_subscription.alarms["https://hooks.example.com/cloakroom"]',
      'module.partners.aws_sns_topic_subscription.alarms["on-call@example.com"]',
    ]);
  });

  it('tells its functions what the variables say, the issuers too', async () => {
    const authorizer = await variablesOf('shop-partners-authorizer');
    expect(authorizer).toMatchObject({ BEARER_IDLE_SECONDS: '604800', SESSIONS_TABLE: 'shop-partners-sessions' });
    expect(JSON.parse(authorizer.ISSUERS ?? '')).toMatchObject([
      { alias: 'cognito', loginClaim: 'origin_jti', clientIds: ['1example23456789'] },
    ]);
    expect(authorizer).not.toHaveProperty('ISSUERS_FILE');
    const origins = (await variablesOf('shop-partners-sessions-api')).ALLOWED_ORIGINS ?? '';
    expect(JSON.parse(origins)).toEqual(['https://partners.example.com', 'https://admin.example.com']);
  });

  it('leaves nothing when it is destroyed', async () => {
    await account.workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await account.emulator.inventory()).toEqual(before);
  });
});
