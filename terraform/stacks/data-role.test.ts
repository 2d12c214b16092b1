import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AwsOptions, freePort, LOCAL_ACCOUNT_ID, type LocalAws, resolveStack, startAws } from '@cloakroom/local';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { localEnvironment } from '../environments/local.ts';
import { builtInIssuers } from '../environments/local-issuers.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { functionNamesOf } from './functions/index.ts';

const dataRoleArn = 'arn:aws:iam::210987654321:role/cloakroom-data';
const prod = synthesized({ ...ENVIRONMENTS.prod, dataRoleArn });

describe('a data role', () => {
  it('is told to every function, and may be assumed by its role: from inside the VPC alone, where it is there', () => {
    for (const name of functionNamesOf(ENVIRONMENTS.prod).map((hyphened) => hyphened.replaceAll('-', '_'))) {
      const lambda = resource(prod, 'aws_lambda_function', name);
      expect(lambda).toMatchObject({ environment: { variables: { CLOAKROOM_ROLE_ARN: dataRoleArn } } });
      const statements = statementsOf(resource(prod, 'aws_iam_role_policy', name).policy);
      expect(statements.filter(({ Sid }) => Sid === 'AssumeDataRole')).toEqual([
        {
          Sid: 'AssumeDataRole',
          Effect: 'Allow',
          Action: ['sts:AssumeRole'],
          Resource: [dataRoleArn],
          ...('vpc_config' in lambda
            ? { Condition: { StringEquals: { 'aws:SourceVpc': `\${aws_vpc.network.id}` } } }
            : {}),
        },
      ]);
    }
  });

  it('passes the endpoints, on tables of its own account too', () => {
    const policy = (name: string) => statementsOf(resource(prod, 'aws_vpc_endpoint', name).policy);
    const rolesIn = (statement: ReturnType<typeof policy>[number] | undefined) =>
      (statement?.Condition?.ArnEquals as Record<string, string[]> | undefined)?.['aws:PrincipalArn'];
    for (const service of ['dynamodb', 'sqs', 'sts']) expect(rolesIn(policy(service)[0])).toContain(dataRoleArn);
    expect(policy('dynamodb')[0]?.Resource).toContain(
      `arn:aws:dynamodb:eu-central-1:210987654321:table/\${aws_dynamodb_table.sessions.name}`,
    );
    expect(policy('sts')[1]).toMatchObject({ Action: ['sts:AssumeRole'], Resource: [dataRoleArn] });
    expect(rolesIn(policy('sts')[1])).not.toContain(dataRoleArn);
  });

  it('may send to the queues, by their own policies too', () => {
    for (const name of ['events', 'changes_dlq']) {
      expect(statementsOf(resource(prod, 'aws_sqs_queue_policy', name).policy)[1]).toEqual({
        Sid: 'LetDataRoleSend',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::210987654321:root' },
        Action: ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
        Resource: [`\${aws_sqs_queue.${name}.arn}`],
        Condition: { ArnEquals: { 'aws:PrincipalArn': dataRoleArn } },
      });
    }
  });

  it('leaves no trace where there is none', () => {
    const without = synthesized(ENVIRONMENTS.prod);
    expect(JSON.stringify(without)).not.toMatch(/CLOAKROOM_ROLE_ARN|AssumeDataRole|LetDataRole/);
    for (const policy of Object.values(resources(without, 'aws_sqs_queue_policy'))) {
      expect(statementsOf(policy.policy)).toHaveLength(1);
    }
  });
});

describe('a data role, with the built functions on the local AWS', () => {
  const calls: Parameters<NonNullable<AwsOptions['admit']>>[0][] = [];
  const faults: unknown[] = [];
  let aws: LocalAws;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-data-role-'));
    const [distDir, outDir] = [join(folder, 'dist'), join(folder, 'stack')];
    mkdirSync(outDir);
    execFileSync(process.execPath, [resolve(import.meta.dirname, '../../scripts/build.ts'), '--out', distDir]);
    const port = await freePort();
    const api = 'http://127.0.0.1:3000';
    const overlay = { issuers: builtInIssuers('http://localhost:3002'), api, allowedOrigins: [api] };
    // Apps of this account would go past that role.
    const environment = { ...localEnvironment(overlay), dataRoleArn, webApps: undefined };
    const document = synthesize(environment, { outDir, distDir, deployable: false });
    writeFileSync(join(outDir, 'cdk.tf.json'), JSON.stringify(document));
    const origins = { awsEndpoint: `http://127.0.0.1:${port}`, apiEndpoint: api };
    aws = await startAws({
      stack: resolveStack(document, { folder: outDir, origins }),
      dataDir: join(folder, 'data'),
      awsEndpointPort: port,
      admit: (call) => void calls.push(call),
      onError: (error) => faults.push(error),
    });
  }, 60_000);
  afterAll(() => aws.stop());

  it('is whom tables and queues are asked by, and only STS by the function itself', async () => {
    const event = JSON.stringify({ httpMethod: 'GET', path: '/ready' });
    const { payload } = await aws.lambda.invoke('cloakroom-dev-health', event);
    expect(JSON.parse(String(payload))).toMatchObject({ statusCode: 200 });
    const callersOf = (action: string) =>
      calls.filter(({ accesses }) => accesses[0]?.action === action).map(({ caller }) => caller.roleArn);
    expect(callersOf('sts:AssumeRole')).toContain(`arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/cloakroom-dev-health`);
    expect(callersOf('sts:AssumeRole')).not.toContain(dataRoleArn);
    for (const action of ['sts:GetCallerIdentity', 'dynamodb:GetItem', 'sqs:GetQueueAttributes']) {
      expect(new Set(callersOf(action))).toEqual(new Set([dataRoleArn]));
    }
    expect(faults).toEqual([]);
  });
});
