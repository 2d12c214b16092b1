import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetAliasCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readChanges } from '../../plan/planned-changes.ts';
import type { TerraformDocument } from '../../synthesis/terraform-document.ts';
import type { AwsCall } from '../aws-call.ts';
import { withoutKnownDifferences } from '../known-differences.ts';
import { STATE_BUCKET, useInstallation } from './installation.ts';

const installation = useInstallation();

beforeAll(async () => {
  installation.writeEnvironment('staging');
  await installation.emulator.makeBucket(STATE_BUCKET);
});

const nameOf = (name: string) => `cloakroom-staging-${name}`;

function deploy(...options: readonly string[]) {
  return installation.run('scripts/deploy', ['staging', '--yes', ...options]);
}

async function deploys(...options: readonly string[]): Promise<string> {
  const { code, output } = await deploy(...options);
  if (code !== 0) throw new Error(`scripts/deploy failed (exit code ${code}):\n${output}`);
  return output;
}

/** Calls of Lambda about one function. */
function about(action: string, name: string) {
  return (call: AwsCall) => call.action === action && call.input.FunctionName === nameOf(name);
}

/** Makes the function's code another one. */
function change(name: string): void {
  appendFileSync(
    join(installation.folder, 'functions', name, 'src/index.ts'),
    `\nexport const change = Math.random();\n`,
  );
}

/** Which version serves, and whether it has the code that was synthesized last. */
async function serving(name: string): Promise<{ version: string | undefined; isSynthesized: boolean }> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const lambda = new LambdaClient({ region: 'eu-central-1', endpoint: installation.emulator.url, credentials });
  const FunctionName = nameOf(name);
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  const { CodeSha256 } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
  const file = join(installation.environmentFolder('staging'), 'cdk.tf.json');
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as TerraformDocument;
  const synthesized = Object.values(resource.aws_lambda_function ?? {}).find(
    ({ function_name }) => function_name === FunctionName,
  );
  return { version: FunctionVersion, isSynthesized: CodeSha256 === synthesized?.source_code_hash };
}

/** What the last plan would change, but for what the emulator tells in other words. */
async function leftToDo(): Promise<readonly string[]> {
  const folder = installation.environmentFolder('staging');
  const { output } = await installation.run('terraform', ['show', '-json', '.terraform/cloakroom.tfplan'], folder);
  return withoutKnownDifferences(readChanges(JSON.parse(output))).map(({ action, address }) => `${action} ${address}`);
}

describe('scripts/deploy', () => {
  it('puts an environment into an empty account, and has it tried', async () => {
    const output = await deploys();
    expect(output).toMatch(/arn:aws:sts::271828182845:.* in account 271828182845, region eu-central-1/);
    expect(output).toMatch(/the plan: \d+ to create\n/);
    expect(output).toMatch(/commit \S*staging\/\.terraform\.lock\.hcl/);
    expect(output).toMatch(/live runs what was synthesized/);
    expect(output).toMatch(/done: http:\/\/127\.0\.0\.1:\d+ /);
    expect(await serving('health')).toEqual({ version: '1', isSynthesized: true });
    await installation.keepProvider('staging');
  });

  it('leaves nothing to do', async () => {
    expect(await installation.run('scripts/deploy', ['staging', '--plan-only'])).toMatchObject({ code: 0 });
    expect(await leftToDo()).toEqual([]);
  });
});

describe('a deployment that fails half way', () => {
  it('leaves the old versions serving, and Terraform thinking that all is done', async () => {
    change('health');
    change('list-events');
    installation.proxy.refuse(about('UpdateFunctionCode', 'health'));
    installation.proxy.refuse(about('PublishVersion', 'list-events'));
    const { code, output } = await deploy();
    installation.proxy.letPass();
    expect(code).toBe(1);
    expect(output).toContain('What was not reached serves as before');
    for (const name of ['health', 'list-events'])
      expect(await serving(name)).toEqual({ version: '1', isSynthesized: false });
    expect(await installation.run('scripts/deploy', ['staging', '--plan-only'])).toMatchObject({ code: 0 });
    expect(await leftToDo()).toEqual([]);
  });

  it('is finished by the next, which loses nothing', async () => {
    installation.proxy.forget();
    const output = await deploys();
    for (const name of ['health', 'list-events']) {
      expect(output).toContain(`${name}: version 1 serves, with other code than was built`);
      expect(await serving(name)).toEqual({ version: '2', isSynthesized: true });
    }
    expect(installation.proxy.calls.filter(({ action }) => action === 'DeleteFunction')).toEqual([]);
  });
});

describe('two deployments at once', () => {
  let killed: string;

  it('are one: the other says who holds the lock', async () => {
    change('user-data');
    const uploaded = installation.proxy.holdAnswer(about('UpdateFunctionCode', 'user-data'));
    const first = installation.start('scripts/deploy', ['staging', '--yes']);
    await uploaded;
    const { code, output } = await deploy();
    first.kill();
    await first.outcome;
    installation.proxy.letPass();
    expect(code).toBe(1);
    expect(output).toMatch(/the state of staging is locked by \S+@\S+ since \d{4}-.* \(apply\): somebody else/);
    killed = output;
  });

  it('and one that was killed between upload and publication keeps the lock, and the old version serves', async () => {
    expect(await serving('user-data')).toEqual({ version: '1', isSynthesized: false });
    const [, unlock = ''] = /terraform (-chdir=\S+ force-unlock \S+)/.exec(killed) ?? [];
    const [chdir = '', command = '', id = ''] = unlock.split(' ');
    expect(await installation.run('terraform', [chdir, command, '-force', id])).toMatchObject({ code: 0 });
    await deploys();
    expect(await serving('user-data')).toEqual({ version: '2', isSynthesized: true });
  });
});
