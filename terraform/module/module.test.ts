import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { dev } from '../environments/dev/environment.ts';
import { type Environment, parseEnvironment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { evaluated, plain } from '../testing/evaluated-module.ts';
import { EVERY_FIELD } from '../testing/every-field.ts';
import { REAL, SHAPES } from '../testing/module-shapes.ts';
import { problemsAtStart } from '../testing/problems-at-start.ts';
import { fakeDist, resource, resources, synthesized } from '../testing/synthesized.ts';
import { FIXED } from './fixed.ts';
import { moduleFiles } from './module-files.ts';
import { valueAt, withValue } from './placeholders.ts';
import { VARIABLES, variableName } from './variables.ts';

const distDir = fakeDist();
/** Other values than those of any shape. */
const OTHERS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    Object.keys(VARIABLES).flatMap((path, index) =>
      path.startsWith('alarms.thresholds.') ? [[path, 61 + index]] : [],
    ),
  ),
  'alarms.runbooksUrl': 'https://runbooks.test',
  app: 'other',
  name: 'staging',
  permissionsBoundary: 'arn:aws:iam::210987654321:policy/other',
  allowedOrigins: ['https://one.test', 'https://two.test'],
  publicUrl: 'https://d222222abcdef8.cloudfront.net',
  'domain.name': 'api.other.test',
  'domain.certificateArn': 'arn:aws:acm:eu-central-1:210987654321:certificate/0123',
  'domain.hostedZoneId': 'Z00000000000000000001',
  'domain.mutualTls.truststoreUri': 's3://others/clients.pem',
  'domain.mutualTls.truststoreVersion': 'v2',
  'sessions.bootstrap': 'off',
  'sessions.maxPerUser': 3,
  'sessions.limitPolicy': 'deny',
  'sessions.maxCreationsPerHour': 7,
  'sessions.bootstrapMaxAuthAgeSeconds': 61,
  'sessions.bearerIdleSeconds': 7201,
  'sessions.ticketIdleSeconds': 7202,
  'sessions.absoluteSeconds': 86_401,
  'sessions.ttlHours': 13,
  'sessions.loginMaxLifetimeSeconds': 86_402,
  'sessions.touchIntervalSeconds': 601,
  'cookie.persistent': true,
  keysMaxAgeSeconds: 3601,
  eventsRetentionDays: 31,
  logRetentionDays: 14,
  logLevel: 'WARN',
  authorizerLogSampling: 0.25,
  'throttle.ratePerSecond': 11,
  'throttle.burst': 12,
  'throttle.publicRoute.ratePerSecond': 13,
  'throttle.publicRoute.burst': 14,
  'endpointUrls.dynamodb': 'https://x.test',
  'endpointUrls.sqs': 'https://y.test',
  'endpointUrls.sts': 'https://z.test',
  dataRoleArn: 'arn:aws-cn:iam::210987654321:role/other',
  'network.cidrBlock': '10.99.0.0/20',
  'network.subnets': [
    { availabilityZone: 'eu-central-1a', cidrBlock: '10.99.0.0/24' },
    { availabilityZone: 'eu-central-1b', cidrBlock: '10.99.1.0/24' },
    { availabilityZone: 'eu-central-1c', cidrBlock: '10.99.2.0/24' },
  ],
  'network.vpcId': 'vpc-00000000000000001',
  'network.subnetIds': ['subnet-00000000000000001', 'subnet-00000000000000002', 'subnet-00000000000000003'],
  'network.routeTableIds': ['rtb-00000000000000001', 'rtb-00000000000000002'],
  'network.endpoints.dynamodbPrefixListId': 'pl-00000000000000001',
  'network.endpoints.sqsSecurityGroupId': 'sg-00000000000000001',
  'network.endpoints.stsSecurityGroupId': 'sg-00000000000000002',
};

function otherThan(shape: Environment, path: string): unknown {
  if (path === 'protection.deletionProtection') return !shape.protection.deletionProtection;
  return OTHERS[path];
}

function read(shape: Environment, issuersInZip = false) {
  const files = moduleFiles(parseEnvironment(shape), { distDir, issuersInZip });
  const json = (name: string) => JSON.parse(String(files[name])) as Record<string, Record<string, never>>;
  return {
    files,
    text: Object.entries(files)
      .map(([name, content]) => (name.endsWith('.zip') ? '' : String(content)))
      .join('\n'),
    main: json('main.tf.json'),
    variables: json('variables.tf.json').variable as Record<string, { default?: unknown; description: string }>,
    outputs: json('outputs.tf.json').output as Record<string, { value: unknown; description: string }>,
    versions: json('versions.tf.json'),
  };
}

it('decides of every field of an environment: a variable, or fixed, with the reason', () => {
  const variables = [...Object.keys(VARIABLES), 'issuers', 'tags'];
  const isDecided = (path: string) =>
    path in FIXED
      ? !variables.includes(path)
      : variables.some((known) => known === path || known.startsWith(`${path}.`));
  expect(EVERY_FIELD.filter((path) => !isDecided(path))).toEqual([]);
});

it('has another value for every variable', () => {
  const { 'protection.deletionProtection': _, 'alarms.notify': __, ...others } = VARIABLES;
  expect(Object.keys(OTHERS).toSorted()).toEqual(Object.keys(others).toSorted());
});

const seen = new Set<string>();

describe.each(Object.entries(SHAPES))('the module of %s', (_, shape) => {
  const module = read(shape, true);
  for (const name of Object.keys(module.variables)) seen.add(name);
  // Recipients are resources: they have a test of their own.
  const paths = Object.keys(VARIABLES).filter(
    (path) => variableName(path) in module.variables && path !== 'alarms.notify',
  );

  it('is, with other values, the stack of an environment with them', () => {
    const others = paths.reduce<object>(
      (changed, path) => withValue(changed, path.split('.'), otherThan(shape, path)),
      shape,
    ) as Environment;
    const values = paths.map((path) => {
      const value = valueAt(others, path.split('.'));
      return [variableName(path), VARIABLES[path]?.fromField?.(value) ?? value] as const;
    });
    const account = { region: others.region, accountId: '210987654321' };
    const stack = synthesized({ ...others, accountId: account.accountId });
    const { aws_sns_topic_subscription: _, ...resource } = module.main.resource as Record<string, unknown>;
    const told = evaluated(resource, new Map(values), account);
    expect(plain(told)).toEqual(plain(stack.resource));
    const outputs = Object.fromEntries(Object.entries(module.outputs).map(([name, { value }]) => [name, { value }]));
    expect(plain(evaluated(outputs, new Map(values), account))).toEqual(plain(stack.output));
  });

  it('uses and describes every variable and every output', () => {
    for (const [name, { description }] of Object.entries(module.variables)) {
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(JSON.stringify(module.main) + JSON.stringify(module.outputs)).toMatch(RegExp(`\\bvar\\.${name}\\b`));
    }
    const outputs = Object.entries(module.outputs);
    expect(outputs.filter(([, { description }]) => !/^[A-Z].*\.$/.test(description))).toEqual([]);
    const used = JSON.stringify([module.main, module.outputs]).matchAll(/\bvar\.(\w+)/g);
    for (const [, name = ''] of used) expect(module.variables).toHaveProperty(name);
  });

  it('has no provider, no backend, no path of this machine, and no placeholder', () => {
    expect(module.versions.terraform).not.toHaveProperty('backend');
    expect(Object.keys(module.main).toSorted()).toEqual(expect.arrayContaining(['locals', 'resource']));
    expect(module.main).not.toHaveProperty('provider');
    expect(module.text).not.toContain(process.cwd());
    expect(module.text).not.toMatch(/"\/(home|root|tmp|Users|var)\/|public-url|data-(partition|account)|NaN|TfToken/);
    for (const { filename } of Object.values(resources(module.main as never, 'aws_lambda_function'))) {
      const path = String(filename).replace('${path.module}/', '');
      expect(Object.keys(module.files)).toContain(path);
    }
  });

  it('refuses a region of a partition where nothing was ever tried', () => {
    expect(module.main.data).toMatchObject({
      aws_region: {
        current: {
          lifecycle: {
            postcondition: [
              {
                condition: '${!can(regex("^(cn-|us-gov-|us-iso-|us-isob-|eu-isoe-|us-isof-|eusc-)", self.id))}',
                error_message: expect.stringContaining('${self.id} is in a partition of AWS where Cloakroom was never'),
              },
            ],
          },
        },
      },
    });
  });

  it('is the same every time', () => {
    expect(read(shape, true).files).toEqual(module.files);
  });
});

it('has each variable in one of these modules', () => {
  expect(Object.keys(VARIABLES).filter((path) => !seen.has(variableName(path)))).toEqual([]);
});

describe('the issuers', () => {
  it('are a variable where nothing else follows from them, and in no zip', () => {
    const { files, main, variables } = read({ ...dev, ...REAL });
    expect(variables.issuers?.default).toEqual(REAL.issuers);
    const { environment } = resource(main as never, 'aws_lambda_function', 'authorizer');
    const { variables: told } = environment as { variables: Record<string, string> };
    expect(told.ISSUERS).toBe('${jsonencode(var.issuers)}');
    expect(told).not.toHaveProperty('ISSUERS_FILE');
    expect(Object.keys(unzipSync(files['bundles/authorizer.zip'] as Uint8Array))).toEqual(['index.mjs']);
  });

  it('start every function that is told them', () => {
    const { main, variables } = read({ ...dev, ...REAL });
    const values = new Map(Object.entries(variables).map(([name, one]) => [name, one.default]));
    const account = { region: dev.region, accountId: '210987654321' };
    const told = plain(evaluated({ resource: main.resource }, values, account)) as Parameters<typeof resources>[0];
    const functions = Object.entries(resources(told, 'aws_lambda_function')).map(([name, { environment }]) => {
      const { variables: ofFunction } = environment as { variables: Record<string, string> };
      return [name.replaceAll('_', '-'), { ...ofFunction, AWS_REGION: dev.region }] as const;
    });
    expect(functions.filter(([, ofFunction]) => 'ISSUERS' in ofFunction).length).toBeGreaterThan(5);
    const problems = problemsAtStart(Object.fromEntries(functions));
    expect(problems).toEqual(Object.fromEntries(functions.map(([name]) => [name, []])));
  });

  it('are in the zips where people sign in by browser, or where that is asked for, and no variable', () => {
    for (const module of [read(SHAPES.browser), read({ ...dev, ...REAL }, true)]) {
      expect(module.variables).not.toHaveProperty('issuers');
      const { 'issuers.json': issuers } = unzipSync(module.files['bundles/authorizer.zip'] as Uint8Array);
      expect(JSON.parse(Buffer.from(issuers ?? []).toString())).toMatchObject([{ clientIds: ['shop'] }]);
      expect(module.text).not.toContain('${jsonencode(var.issuers)}');
    }
  });

  it('have to be given, as origins have, where the environment has but examples', () => {
    const { variables } = read(dev);
    expect(variables.issuers).not.toHaveProperty('default');
    expect(variables.allowed_origins).not.toHaveProperty('default');
    expect(variables.sessions_max_per_user).toHaveProperty('default', 10);
  });

  it('are refused as examples where they would be fixed', () => {
    expect(() => read(dev, true)).toThrow('issuers.0.issuer is still an example: say it in a file for --config');
  });
});

it('subscribes each recipient of alarms to their topic', () => {
  const { main, variables } = read({ ...prod, ...REAL, alarms: { notify: ['ops@shop.test'] } });
  expect(variables.alarms_notify?.default).toEqual(['ops@shop.test']);
  expect(resource(main as never, 'aws_sns_topic_subscription', 'alarms')).toEqual({
    for_each: '${toset(var.alarms_notify)}',
    topic_arn: '${aws_sns_topic.alarms.arn}',
    protocol: '${startswith(each.value, "https:") ? "https" : "email"}',
    endpoint: '${each.value}',
  });
});

it('fixes the names where secrets of clients begin with them, and tells how to set those', () => {
  const { variables, text } = read(SHAPES.browser);
  for (const name of ['app', 'name', 'public_url', 'allowed_origins']) expect(variables).not.toHaveProperty(name);
  expect(text).toContain('--secret-id cloakroom-prod/cognito-client --secret-string');
});
