import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { FUNCTION_NAMES, FUNCTIONS, functionNamesOf } from './functions/index.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const prod = synthesized(ENVIRONMENTS.prod);

const SESSIONS = `\${aws_dynamodb_table.sessions.arn}`;
const STREAM = `\${aws_dynamodb_table.sessions.stream_arn}`;
const EVENTS = `\${aws_dynamodb_table.events.arn}`;
const QUEUE = `\${aws_sqs_queue.events.arn}`;
const KEY = `\${aws_kms_key.tables.arn}`;

const keys = (...patterns: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
const keysAndAttributes = (...attributes: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['U#*'] },
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
  StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
  Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
});
/** All that reads of the sessions table may ask for, where they may not ask for everything. Never `data`. */
const SESSION = [
  ...['user_key', 'item', 'kind', 'created_at', 'last_seen_at', 'idle_expires_at', 'absolute_expires_at'],
  ...['auth_time', 'login_id', 'client_id', 'scope', 'groups', 'acr', 'amr'],
  ...['ip', 'user_agent', 'device', 'sid_hash', 'roles', 'web_hash', 'version', 'ttl'],
  ...['idle_seconds', 'idle_set_at', 'web_ended_as', 'web_ended_at'],
  ...['family_hash', 'secret_hash', 'recheck_at', 'recheck_due_at', 'renewed_at'],
  ...['previous_secret_hash', 'rotation_nonce', 'confirmed_at'],
  ...['web_created_at', 'web_last_seen_at', 'web_idle_expires_at', 'web_absolute_expires_at'],
  ...['web_ip', 'web_user_agent', 'web_sid_hash'],
];
const USER = ['not_before', 'reauth_after', 'recent_creations', 'recent_silent', 'erased_at'];
const read = (...attributes: string[]) => ({
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
  StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
  Null: { 'dynamodb:Attributes': 'false' },
});
const keysAndRead = (pattern: string, ...attributes: string[]) => ({
  ...read(...attributes),
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] },
  Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
});
const readKeySets = [['dynamodb:GetItem'], [SESSIONS], keysAndRead('KEYS#*', 'user_key', 'item', 'jwks', 'fetched_at')];
const readUsers = [['dynamodb:BatchGetItem'], [SESSIONS], keysAndRead('U#*', 'user_key', 'item', 'version', ...USER)];
const findSessions = [['dynamodb:Query'], [SESSIONS], keysAndRead('U#*', ...SESSION, ...USER)];
const useKey = [['kms:Decrypt'], [KEY], { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } }];

const readCursorKey = [['dynamodb:GetItem'], [SESSIONS], keys('KEYS#~cursor')];

/** By function: everything its code may do, as actions, resources and conditions. */
const ALLOWED: Readonly<Record<string, readonly unknown[]>> = {
  authorizer: [
    [['dynamodb:GetItem'], [SESSIONS], keysAndRead('U#*', ...SESSION, 'reason', 'ended_at', 'burnt_at')],
    readKeySets,
    [
      ['dynamodb:UpdateItem'],
      [SESSIONS],
      keysAndAttributes('user_key', 'item', 'last_seen_at', 'idle_expires_at', 'confirmed_at', 'web_ended_as'),
    ],
    useKey,
  ],
  create_session: [
    readKeySets,
    findSessions,
    [
      [
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      [SESSIONS],
      keys('U#*', 'WEB#*'),
    ],
    useKey,
  ],
  enqueue_event: [[['sqs:SendMessage'], [QUEUE], undefined]],
  health: [
    [['dynamodb:GetItem'], [SESSIONS, EVENTS], keys('HEALTH#ready')],
    [['sqs:GetQueueAttributes'], [QUEUE], undefined],
    useKey,
  ],
  list_events: [[['dynamodb:Query'], [EVENTS], keys('U#*')], readCursorKey, useKey],
  record_changes: [
    [
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
      [SESSIONS],
      keysAndRead('U#*', ...SESSION, 'reason', 'ended_at', 'burnt_at', ...USER, 'web_sid_key'),
    ],
    [['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [SESSIONS], keys('U#*', 'WEB#*', 'SID#*')],
    [['dynamodb:DeleteItem', 'dynamodb:PutItem'], [EVENTS], keys('U#*')],
    [['sqs:SendMessage'], [`\${aws_sqs_queue.changes_dlq.arn}`], undefined],
    useKey,
    [
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      [STREAM],
      undefined,
    ],
  ],
  refresh_keys: [
    [['dynamodb:PutItem'], [SESSIONS], keys('KEYS#*')],
    readKeySets,
    [['sqs:SendMessage'], [`\${aws_sqs_queue.schedules_dlq.arn}`], undefined],
    useKey,
  ],
  sessions_api: [
    [
      [
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      [SESSIONS],
      keys('U#*', 'WEB#*'),
    ],
    [['dynamodb:Query'], [SESSIONS], keysAndRead('U#*', ...SESSION, ...USER, 'data')],
    [['dynamodb:Scan'], [SESSIONS], read(...SESSION)],
    readCursorKey,
    useKey,
  ],
  store_event: [
    readUsers,
    [['dynamodb:DeleteItem', 'dynamodb:PutItem'], [EVENTS], keys('U#*')],
    useKey,
    [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [QUEUE], undefined],
  ],
  user_data: [
    [
      ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [SESSIONS],
      keys('U#*', 'WEB#*'),
    ],
    findSessions,
    [['dynamodb:DeleteItem', 'dynamodb:Query'], [EVENTS], keys('U#*')],
    readCursorKey,
    useKey,
  ],
};

const INSIDE_VPC: readonly string[] = FUNCTION_NAMES.filter((name) => FUNCTIONS[name].insideVpc).map((name) =>
  name.replaceAll('-', '_'),
);
/** What Lambda does for them from outside: read what feeds them, and give up changes and runs. */
const NOT_FROM_VPC = [
  [['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'], [STREAM]],
  [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [QUEUE]],
  [['sqs:SendMessage'], [`\${aws_sqs_queue.changes_dlq.arn}`]],
  [['sqs:SendMessage'], [`\${aws_sqs_queue.schedules_dlq.arn}`]],
];

/** The only wildcards, and why AWS leaves nothing finer. */
const WILDCARDS = {
  'log streams are named by Lambda, and by VPC Flow Logs':
    /^aws_iam_role_policy\.(\w+_runtime|flow_logs): \$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/,
  'network interfaces do not exist before they are created, and Describe actions know no resource':
    /^aws_iam_role_policy\.(authorizer|create_session|enqueue_event|health|list_events|record_changes|sessions_api|store_event|user_data)_runtime: \*$/,
  'log groups are listed all or none': /^aws_iam_role_policy\.flow_logs: \*$/,
  'GetCallerIdentity knows no resource': /^aws_vpc_endpoint\.sts: \*$/,
  'an endpoint takes no principal but everybody; its condition names the roles':
    /^aws_vpc_endpoint\.(dynamodb|sqs|sts): principal \*$/,
  'who comes without TLS is refused, whoever that is and whatever they want':
    /^aws_sqs_queue_policy\.\w+: (principal |sqs:)\*$/,
  'AWS does not write down how an HTTP API spells its stage and its path parameters':
    /^aws_lambda_permission\.\w+: \$\{aws_apigatewayv2_api\.api\.execution_arn\}\/\*\/(GET|HEAD|POST|PUT|DELETE)[a-z/*-]+$/,
};

describe('the role of each function', () => {
  it.each(Object.entries(ALLOWED))('%s may do exactly what its code does', (name, allowed) => {
    const statements = statementsOf(resource(dev, 'aws_iam_role_policy', name).policy);
    expect(statements.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual(allowed);
    expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  });

  it('lets the authorizer look for sessions where any of the user will do, and only there', () => {
    const { sessions, ...rest } = ENVIRONMENTS.dev;
    const loose = synthesized({ ...rest, sessions: { ...sessions, binding: 'user' } });
    const queries = (document: typeof dev) =>
      statementsOf(resource(document, 'aws_iam_role_policy', 'authorizer').policy)
        .filter(({ Action }) => Action.includes('dynamodb:Query'))
        .map(({ Action, Resource, Condition }) => [Action, Resource, Condition]);
    expect(queries(loose)).toEqual([findSessions]);
    expect(queries(dev)).toEqual([]);
  });

  it('is its own, and trusts Lambda alone', () => {
    const roles = resources(dev, 'aws_iam_role');
    const names = functionNamesOf(ENVIRONMENTS.dev).map((name) => name.replaceAll('-', '_'));
    expect(Object.keys(roles).sort()).toEqual(names.sort());
    for (const [name, lambda] of Object.entries(resources(dev, 'aws_lambda_function'))) {
      expect(lambda.role).toBe(`\${aws_iam_role.${name}.arn}`);
    }
    for (const role of Object.values(roles)) {
      expect(statementsOf(role.assume_role_policy)).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  it('writes its own log and cannot create log groups', () => {
    for (const name of Object.keys(ALLOWED)) {
      const policy = resource(dev, 'aws_iam_role_policy', `${name}_runtime`);
      expect(policy.role).toBe(`\${aws_iam_role.${name}.name}`);
      const statements = statementsOf(policy.policy);
      expect(statements).toMatchObject([
        {
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`\${aws_cloudwatch_log_group.${name}.arn}:*`],
        },
      ]);
    }
  });

  it('gains, inside a VPC, the placing of network interfaces, which its own code may not do', () => {
    const policy = resource(prod, 'aws_iam_role_policy', 'authorizer_runtime').policy;
    expect(statementsOf(policy).slice(1)).toEqual([
      {
        Sid: 'PlaceNetworkInterfaces',
        Effect: 'Allow',
        Action: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        Resource: ['*'],
      },
      {
        Sid: 'LeaveThemToLambda',
        Effect: 'Deny',
        Action: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DetachNetworkInterface',
          'ec2:UnassignPrivateIpAddresses',
        ],
        Resource: ['*'],
        Condition: {
          ArnEquals: { 'lambda:SourceFunctionArn': ['arn:*:lambda:*:*:function:cloakroom-prod-authorizer'] },
        },
      },
    ]);
    expect(statementsOf(resource(prod, 'aws_iam_role_policy', 'refresh_keys_runtime').policy)).toHaveLength(1);
  });

  it.each(Object.entries(ALLOWED))('%s does from inside its VPC alone what its code does there', (name, allowed) => {
    const isHeld = ([actions, resources]: readonly unknown[]) =>
      INSIDE_VPC.includes(name) &&
      /^(dynamodb|sqs):/.test(String(actions)) &&
      !NOT_FROM_VPC.some((one) => JSON.stringify(one) === JSON.stringify([actions, resources]));
    const held = allowed.map((statement) => {
      const [actions, resources, condition] = statement as [unknown, unknown, object | undefined];
      if (!isHeld([actions, resources])) return [actions, resources, condition];
      return [actions, resources, { ...condition, StringEquals: { 'aws:SourceVpc': `\${aws_vpc.network.id}` } }];
    });
    const statements = statementsOf(resource(prod, 'aws_iam_role_policy', name).policy);
    expect(statements.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual(held);
  });

  it('has no policy besides these', () => {
    expect(Object.keys(resources(dev, 'aws_iam_role_policy')).sort()).toEqual(
      Object.keys(ALLOWED)
        .flatMap((name) => [name, `${name}_runtime`])
        .sort(),
    );
    expect(Object.keys(dev.resource).filter((type) => type.includes('policy_attachment'))).toEqual([]);
  });

  it('lets sessions-api alone read the whole table', () => {
    const scanners = Object.entries(resources(dev, 'aws_iam_role_policy')).filter(([, { policy }]) =>
      statementsOf(policy).some(({ Action }) => Action.includes('dynamodb:Scan')),
    );
    expect(scanners.map(([name]) => name)).toEqual(['sessions_api']);
  });

  it('lets none read what applications keep in sessions but those that show, copy or tell it', () => {
    const readers = Object.entries(resources(dev, 'aws_iam_role_policy')).filter(([, { policy }]) =>
      statementsOf(policy).some(({ Action, Resource, Condition }) => {
        const reads = /GetItem|Query|Scan/.test(String(Action)) && Resource?.includes(SESSIONS);
        return (
          reads && !/HEALTH#ready|KEYS#~cursor|"dynamodb:Select":"SPECIFIC_ATTRIBUTES"/.test(JSON.stringify(Condition))
        );
      }),
    );
    expect(readers.map(([name]) => name)).toEqual(['create_session', 'sessions_api', 'user_data']);
    for (const [name, { policy }] of Object.entries(resources(dev, 'aws_iam_role_policy'))) {
      // Its lists bring the data along, by name.
      if (name === 'sessions_api') continue;
      expect(JSON.stringify(statementsOf(policy).map(({ Condition }) => Condition))).not.toContain('"data"');
    }
  });

  it('names the partition keys it may touch, but for that one', () => {
    for (const [name, { policy }] of Object.entries(resources(dev, 'aws_iam_role_policy'))) {
      const ofItems = statementsOf(policy).filter(
        ({ Action, Resource }) => String(Action).startsWith('dynamodb:') && !Resource?.includes(STREAM),
      );
      const unlimited = ofItems.filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes('LeadingKeys'));
      expect(unlimited.map(({ Action }) => Action)).toEqual(name === 'sessions_api' ? [['dynamodb:Scan']] : []);
    }
  });

  it('lets refresh-keys alone write key sets, and the key of cursors', () => {
    const writers = Object.entries(resources(dev, 'aws_iam_role_policy')).filter(([, { policy }]) =>
      statementsOf(policy).some(
        ({ Action, Condition }) =>
          /PutItem|UpdateItem|DeleteItem/.test(String(Action)) && JSON.stringify(Condition).includes('KEYS#'),
      ),
    );
    expect(writers.map(([name]) => name)).toEqual(['refresh_keys']);
  });
});

describe.each([['dev', dev] as const, ['prod', prod] as const])('wildcards in %s', (name, document) => {
  const found = wildcardsOf(document);

  it('are only those for which AWS offers nothing finer', () => {
    const patterns = Object.values(WILDCARDS);
    expect(found.filter((wildcard) => !patterns.some((pattern) => pattern.test(wildcard)))).toEqual([]);
  });

  it('include each that is excused, so that no excuse outlives its reason', () => {
    if (name === 'dev') return;
    for (const pattern of Object.values(WILDCARDS)) expect(found).toContainEqual(expect.stringMatching(pattern));
  });
});

function wildcardsOf(document: typeof dev): readonly string[] {
  const policies = ['aws_iam_role_policy', 'aws_iam_role', 'aws_sqs_queue_policy', 'aws_vpc_endpoint'].flatMap((type) =>
    Object.entries(resources(document, type)).flatMap(([name, values]) =>
      statementsOf(values.policy ?? values.assume_role_policy).flatMap(({ Action, Resource, Principal }) => [
        ...[Action, Resource ?? []].flat().map((value) => `${type}.${name}: ${value}`),
        `${type}.${name}: principal ${typeof Principal === 'string' ? Principal : JSON.stringify(Principal)}`,
      ]),
    ),
  );
  const permissions = Object.entries(resources(document, 'aws_lambda_permission')).map(
    ([name, { source_arn }]) => `aws_lambda_permission.${name}: ${source_arn}`,
  );
  return [...policies, ...permissions].filter((text) => text.includes('*'));
}
