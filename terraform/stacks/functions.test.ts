import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ENVIRONMENTS } from '../environments/index.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { EXISTING_NETWORK } from '../testing/every-field.ts';
import { linesAtStart, problemsAtStart } from '../testing/problems-at-start.ts';
import { fakeDist, resource, resources, synthesized } from '../testing/synthesized.ts';
import { FUNCTION_NAMES, functionNamesOf } from './functions/index.ts';

const stack = join(fakeDist(), 'stack');
const dev = synthesized(ENVIRONMENTS.dev, { outDir: stack });
const prod = synthesized(ENVIRONMENTS.prod);
const names = functionNamesOf(ENVIRONMENTS.dev);
const resourceNames = names.map((name) => name.replaceAll('-', '_'));
const common = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'];

const VERSION = expect.stringMatching(/^\d+\.\d+\.\d+$/);

/** Lambda itself tells every function where it runs. */
const byLambda = { AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: unpackedIssuers() };
const withoutAny = problemsAtStart(Object.fromEntries(names.map((name) => [name, byLambda])));

/** A folder with what `dev` adds to the code of its functions. */
function unpackedIssuers(): string {
  const { 'issuers.json': issuers } = unzipSync(readFileSync(join(stack, 'functions/authorizer.zip')));
  writeFileSync(join(stack, 'issuers.json'), issuers ?? '');
  return stack;
}

function variablesOf(name: string, document = dev): Readonly<Record<string, string>> {
  return (resource(document, 'aws_lambda_function', name).environment as { variables: Record<string, string> })
    .variables;
}

/** What functions find wrong when they start with what a stack tells them. */
function problemsOf(document: TerraformDocument) {
  return problemsAtStart(toldTo(document));
}

function toldTo(document: TerraformDocument) {
  const told = (name: string) => ({ ...byLambda, ...variablesOf(name.replaceAll('-', '_'), document) });
  return Object.fromEntries(names.map((name) => [name, told(name)]));
}

describe('the functions', () => {
  it('are those that have a folder', () => {
    const folder = resolve(import.meta.dirname, '../../functions');
    const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
    expect([...FUNCTION_NAMES].sort()).toEqual(folders.sort());
  });

  it.each(resourceNames)('%s is told what it reads, and nothing else', (name) => {
    const read = withoutAny[name.replaceAll('_', '-')]?.map((problem) => problem.replace(/ is missing$/, '')) ?? [];
    expect(Object.keys(variablesOf(name)).sort()).toEqual([...read, ...common].sort());
    expect(variablesOf(name)).toMatchObject({
      POWERTOOLS_SERVICE_NAME: name.replaceAll('_', '-'),
      POWERTOOLS_METRICS_NAMESPACE: 'cloakroom-dev',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      CLOAKROOM_VERSION: VERSION,
    });
  });

  it('say so once when they have started: version, region, tables, issuers, and the word session', () => {
    const lines = linesAtStart(toldTo(dev)).filter(({ code }) => code === 'function.started');
    expect(lines).toHaveLength(names.length);
    for (const { message, version, region } of lines) {
      expect([message, version, region]).toEqual([expect.stringMatching(/\bsession\b/), VERSION, 'eu-central-1']);
    }
    const tables = [
      expect.stringContaining('dynamodb_table.sessions'),
      expect.stringContaining('dynamodb_table.events'),
    ];
    expect(lines).toContainEqual(expect.objectContaining({ tables, issuers: [expect.any(String)] }));
  });

  it('start with what they are told', () => {
    expect(problemsOf(dev)).toEqual(Object.fromEntries(names.map((name) => [name, []])));
  });

  it('start with a lifetime in hours, which takes the place of the one in seconds', () => {
    const inHours = synthesized({ ...ENVIRONMENTS.dev, sessions: { ...ENVIRONMENTS.dev.sessions, ttlHours: 8 } });
    expect(problemsOf(inHours)).toEqual(Object.fromEntries(names.map((name) => [name, []])));
    for (const name of ['create_session', 'sessions_api']) {
      expect(variablesOf(name, inHours)).toMatchObject({ SESSION_TTL_HOURS: '8' });
      expect(variablesOf(name, inHours)).not.toHaveProperty('SESSION_ABSOLUTE_SECONDS');
    }
  });

  it('log from the level that the environment says', () => {
    const debugging = synthesized({ ...ENVIRONMENTS.dev, logLevel: 'DEBUG' });
    for (const name of resourceNames) expect(variablesOf(name, debugging).POWERTOOLS_LOG_LEVEL).toBe('DEBUG');
  });

  it('are sampled, of the authorizer alone, as the environment says', () => {
    const sampled = synthesized({ ...ENVIRONMENTS.dev, authorizerLogSampling: 0.01 });
    expect(variablesOf('authorizer', sampled).AUTHORIZER_LOG_SAMPLING).toBe('0.01');
    expect(problemsOf(sampled)).toEqual(Object.fromEntries(names.map((name) => [name, []])));
    const told = resourceNames.filter((name) => 'AUTHORIZER_LOG_SAMPLING' in variablesOf(name, sampled));
    expect(told).toEqual(['authorizer']);
  });

  it('reach AWS where the environment says: those in the VPC, or all where there is none', () => {
    const endpointUrls = { sqs: 'https://vpce-1.sqs.eu-central-1.vpce.amazonaws.com' };
    const reaching = (document: TerraformDocument) =>
      resourceNames.filter((name) => variablesOf(name, document).AWS_ENDPOINT_URL_SQS === endpointUrls.sqs);
    expect(reaching(synthesized({ ...ENVIRONMENTS.dev, endpointUrls }))).toEqual(resourceNames);
    const prod = synthesized({ ...ENVIRONMENTS.prod, endpointUrls });
    const inside = resourceNames.filter((name) => 'vpc_config' in resource(prod, 'aws_lambda_function', name));
    expect(inside.length).toBeGreaterThan(1);
    expect(reaching(prod)).toEqual(inside);
  });

  it('are told the values of the environment', () => {
    expect(variablesOf('create_session')).toMatchObject({
      SESSIONS_TABLE: `\${aws_dynamodb_table.sessions.name}`,
      MAX_SESSIONS_PER_USER: '10',
      BOOTSTRAP: 'on',
      SESSION_LIMIT_POLICY: 'evict-oldest',
      MAX_CREATIONS_PER_HOUR: '5',
      BOOTSTRAP_MAX_AUTH_AGE_SECONDS: '900',
      BEARER_IDLE_SECONDS: '2592000',
      TICKET_IDLE_SECONDS: '1800',
      SESSION_ABSOLUTE_SECONDS: '2592000',
      LOGIN_MAX_LIFETIME_SECONDS: '2592000',
      TOUCH_INTERVAL_SECONDS: '300',
      KEYS_FROM: 'provider',
      KEYS_MAX_AGE_SECONDS: '86400',
      IP_STORAGE: 'full',
    });
    expect(variablesOf('authorizer')).toMatchObject({ SESSION_BINDING: 'strict' });
    expect(variablesOf('store_event')).toMatchObject({ EVENTS_RETENTION_DAYS: '90' });
    expect(variablesOf('health')).toMatchObject({
      EVENTS_TABLE: `\${aws_dynamodb_table.events.name}`,
      EVENTS_QUEUE_URL: `\${aws_sqs_queue.events.url}`,
    });
  });

  it('run on arm64 and Node 24 from a zip that is named by its hash and a relative path', () => {
    for (const [name, lambda] of Object.entries(resources(dev, 'aws_lambda_function'))) {
      expect(lambda).toMatchObject({
        function_name: `cloakroom-dev-${name.replaceAll('_', '-')}`,
        architectures: ['arm64'],
        runtime: 'nodejs24.x',
        handler: 'index.handler',
      });
      const { filename, source_code_hash } = lambda as { filename: string; source_code_hash: string };
      expect(filename).toMatch(new RegExp(`^(\\.\\.|functions)/${name.replaceAll('_', '-')}\\.zip$`));
      const zip = readFileSync(join(stack, filename));
      expect(source_code_hash).toBe(createHash('sha256').update(zip).digest('base64'));
    }
  });

  it('publish every version, and `live` follows', () => {
    for (const [name, lambda] of Object.entries(resources(dev, 'aws_lambda_function'))) {
      expect(lambda.publish).toBe(true);
      expect(resource(dev, 'aws_lambda_alias', name)).toEqual({
        name: 'live',
        function_name: `\${aws_lambda_function.${name}.function_name}`,
        function_version: `\${aws_lambda_function.${name}.version}`,
      });
    }
  });

  it('are never invoked but through `live`', () => {
    const { aws_lambda_alias: _, ...rest } = dev.resource;
    expect(JSON.stringify(rest)).not.toContain(`\${aws_lambda_function.`);
  });

  it('answer within the time their callers wait: 10 s for the authorizer, 30 s for the API', () => {
    const timeout = (name: string) => Number(resource(dev, 'aws_lambda_function', name).timeout);
    expect(timeout('authorizer')).toBeLessThan(10);
    for (const name of ['create_session', 'enqueue_event', 'list_events', 'health', 'sessions_api', 'user_data']) {
      expect(timeout(name)).toBeLessThan(30);
    }
  });

  it('have a log group that forgets, made before them', () => {
    for (const [name, lambda] of Object.entries(resources(dev, 'aws_lambda_function'))) {
      expect(resource(dev, 'aws_cloudwatch_log_group', name)).toEqual({
        name: `/aws/lambda/${lambda.function_name}`,
        retention_in_days: 7,
      });
      expect(lambda.depends_on).toEqual([
        `aws_iam_role_policy.${name}`,
        `aws_iam_role_policy.${name}_runtime`,
        `aws_cloudwatch_log_group.${name}`,
      ]);
    }
  });
});

const NETWORK_OUTPUTS = ['VpcId', 'EndpointIds', 'EndpointsSecurityGroupId', 'FunctionsSecurityGroupId'];

describe('the outputs', () => {
  it('are what scripts ask for', () => {
    expect(dev.output).toEqual({
      ApiUrl: { value: `\${aws_apigatewayv2_api.api.api_endpoint}` },
      ApiId: { value: `\${aws_apigatewayv2_api.api.id}` },
      AuthorizerId: { value: `\${aws_apigatewayv2_authorizer.session.id}` },
      AuthorizerArn: { value: `\${aws_lambda_alias.authorizer.arn}` },
      AuthorizerInvokeArn: { value: `\${aws_lambda_alias.authorizer.invoke_arn}` },
      TableName: { value: `\${aws_dynamodb_table.sessions.name}` },
      EventsTableName: { value: `\${aws_dynamodb_table.events.name}` },
      QueueUrl: { value: `\${aws_sqs_queue.events.url}` },
      DeadLetterQueueUrls: {
        value: { events: `\${aws_sqs_queue.events_dlq.url}`, changes: `\${aws_sqs_queue.changes_dlq.url}` },
      },
      FunctionName: { value: `\${aws_lambda_alias.authorizer.function_name}` },
      FunctionNames: {
        value: Object.fromEntries(
          names.map((name) => [name, `\${aws_lambda_alias.${name.replaceAll('-', '_')}.function_name}`]),
        ),
      },
    });
  });

  it('name the network, where there is one', () => {
    const made = Object.fromEntries(NETWORK_OUTPUTS.map((name) => [name, prod.output[name]]));
    const endpoint = (name: string) => `\${aws_vpc_endpoint.${name}.id}`;
    expect(made).toEqual({
      VpcId: { value: `\${aws_vpc.network.id}` },
      EndpointIds: { value: { dynamodb: endpoint('dynamodb'), sqs: endpoint('sqs'), sts: endpoint('sts') } },
      EndpointsSecurityGroupId: { value: `\${aws_security_group.endpoints.id}` },
      FunctionsSecurityGroupId: { value: `\${aws_security_group.functions.id}` },
    });
  });

  it('name, of a network that exists, the endpoints that it was given', () => {
    const endpoints = { sqsSecurityGroupId: 'sg-0000000000000001', stsSecurityGroupId: 'sg-0000000000000002' };
    const { output } = synthesized({ ...ENVIRONMENTS.prod, network: { ...EXISTING_NETWORK, endpoints } });
    expect(output).toMatchObject({
      VpcId: { value: EXISTING_NETWORK.vpcId },
      EndpointIds: { value: { dynamodb: `\${aws_vpc_endpoint.dynamodb.id}` } },
    });
    expect(output).not.toHaveProperty('EndpointsSecurityGroupId');
  });

  it('give the public address of an API that has one', () => {
    const document = synthesized({ ...ENVIRONMENTS.dev, publicUrl: 'https://api.example.com/v1' });
    expect(document.output.ApiUrl).toEqual({ value: 'https://api.example.com/v1' });
  });
});
