import { describe, expect, it } from '@jest/globals';
import {
  type Anything,
  after,
  endpoint,
  open,
  statement,
  statements,
  touch,
  without,
} from './changed-stack-fixture.ts';

type Change = (resource: Anything) => void;

const NARROWER: readonly (readonly [string, Change, RegExp])[] = [
  [
    'an action that a role loses',
    (to) => {
      open(to).Action = without(open(to).Action, 'dynamodb:DeleteItem');
    },
    /^cloakroom-prod-create-session may no longer: dynamodb:DeleteItem on aws_dynamodb_table.sessions, since no statement allows it\. Version 7\.8\.9 of create-session runs on under weights and after a rollback: keep it for one release, then remove it$/,
  ],
  [
    'a resource',
    (to) => (open(to).Resource = ['arn:aws:dynamodb:*:*:table/other']),
    /PutItem on aws_dynamodb_table.sess/,
  ],
  [
    'a statement',
    (to) => statements(to, 'refresh_keys').splice(0, 1),
    /^cloakroom-prod-refresh-keys may no longer: .* Version 7\.8\.9 of refresh-keys runs on/,
  ],
  [
    'all of a role',
    (to) => delete to.aws_iam_role_policy.store_event,
    /^cloakroom-prod-store-event may .* no statement/,
  ],
  [
    'a role',
    (to) => {
      delete to.aws_iam_role_policy.store_event;
      delete to.aws_iam_role_policy.store_event_runtime;
      delete to.aws_iam_role.store_event;
    },
    /^cloakroom-prod-store-event may .* it is not there any more/,
  ],
  [
    'a partition key',
    (to) => (open(to).Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['SID#*']),
    /PutItem .*:LeadingKeys has no longer \["U#\*"\]/,
  ],
  [
    'an attribute',
    (to) => {
      const names = touch(to).Condition['ForAllValues:StringEquals'];
      names['dynamodb:Attributes'] = without(names['dynamodb:Attributes'], 'confirmed_at');
    },
    /^cloakroom-prod-authorizer may no longer: dynamodb:UpdateItem .*:Attributes has no longer \["confirmed_at"\]/,
  ],
  [
    'a list of attributes where there was none',
    (to) => (open(to).Condition['ForAllValues:StringEquals'] = { 'dynamodb:Attributes': ['item'] }),
    /it demands ForAllValues:StringEquals dynamodb:Attributes \["item"\]\./,
  ],
  [
    'a demand that the key of a condition be there',
    (to) => (open(to).Condition.Null['dynamodb:Select'] = 'false'),
    /it demands Null dynamodb:Select \["false"\]/,
  ],
  [
    'a condition that passes absent keys no more',
    (to) => {
      touch(to).Condition.StringEquals['dynamodb:ReturnValues'] = 'NONE';
      delete touch(to).Condition.StringEqualsIfExists;
    },
    /it demands StringEquals dynamodb:ReturnValues \["NONE"\], where it had StringEqualsIfExists/,
  ],
  [
    'a pattern that becomes a text',
    (to) => {
      const condition = open(to).Condition;
      condition['ForAllValues:StringEquals'] = condition['ForAllValues:StringLike'];
      delete condition['ForAllValues:StringLike'];
    },
    /it demands ForAllValues:StringEquals dynamodb:LeadingKeys .* where it had ForAllValues:StringLike/,
  ],
  [
    'another VPC',
    (to) => (open(to).Condition.StringEquals['aws:SourceVpc'] = 'vpc-1'),
    /SourceVpc has no longer \["aws_vpc\.network"\]/,
  ],
  [
    'a condition that nobody can compare',
    (to) => (open(to).Condition.DateLessThan = { 'aws:CurrentTime': '2030-01-01T00:00:00Z' }),
    /it demands DateLessThan aws:CurrentTime/,
  ],
  [
    'a refusal',
    (to) => statements(to, 'authorizer').push({ Effect: 'Deny', Action: 'dynamodb:Get*', Resource: '*' }),
    /^cloakroom-prod-authorizer may no longer: dynamodb:GetItem .* a statement denies dynamodb:Get\*\. Version/,
  ],
  [
    'a refusal of what may be the same by its name',
    (to) => {
      const Resource = 'arn:aws:dynamodb:eu-central-1:123456789012:table/cloakroom-prod-sessions';
      statements(to, 'authorizer').push({ Effect: 'Deny', Action: 'dynamodb:GetItem', Resource });
    },
    /^cloakroom-prod-authorizer may no longer: dynamodb:GetItem .* a statement denies dynamodb:GetItem\. Version/,
  ],
  [
    'a refusal of all but',
    (to) => statements(to, 'authorizer').push({ Effect: 'Deny', NotAction: 'dynamodb:Scan', Resource: '*' }),
    /^cloakroom-prod-authorizer may no longer: dynamodb:GetItem .* a statement denies \{"Effect":"Deny","NotAction"/,
  ],
  [
    'a refusal that is met more often',
    (to) => delete statement(to, 'authorizer_runtime', 'LeaveThemToLambda').Condition,
    /ec2:CreateNetworkInterface on \*, since a statement denies ec2:CreateNetworkInterface\. /,
  ],
  [
    'a permissions boundary',
    (to) => (to.aws_iam_role.health.permissions_boundary = 'arn:aws:iam::123456789012:policy/b'),
    /^cloakroom-prod-health may .* another permissions boundary, arn:aws:iam::123456789012:policy\/b, than before: none/,
  ],
  [
    'who may take a role on',
    (to) =>
      (to.aws_iam_role.health.assume_role_policy.Statement[0].Principal = { Service: 'edgelambda.amazonaws.com' }),
    /^aws_iam_role\.health may be taken on by no longer: sts:AssumeRole .* for Service lambda\.amazonaws\.com/,
  ],
  [
    'whom an endpoint lets pass',
    (to) => {
      const roles = endpoint(to, 'sqs').Condition.ArnEquals;
      roles['aws:PrincipalArn'] = without(roles['aws:PrincipalArn'], `\${aws_iam_role.enqueue_event.arn}`);
    },
    /^aws_vpc_endpoint\.sqs lets pass no longer: sqs:SendMessage .* has no longer \["aws_iam_role\.enqueue_event"\]\. Version 7\.8\.9 of enqueue-event runs/,
  ],
  [
    'what an endpoint lets pass',
    (to) => (endpoint(to, 'dynamodb').Action = without(endpoint(to, 'dynamodb').Action, 'dynamodb:Query')),
    /^aws_vpc_endpoint\.dynamodb lets pass no longer: dynamodb:Query .* Version 7\.8\.9 of .*sessions-api/,
  ],
  [
    'a policy of a key that had none',
    (to) => {
      const Statement = [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'kms:*', Resource: '*' }];
      to.aws_kms_key.tables.policy = { Statement };
    },
    /^aws_kms_key\.tables lets pass no longer: kms:\* on \* for the roles of its account, since no statement allows it/,
  ],
  [
    'whom a key serves',
    (to) => {
      const policy = to.aws_kms_key.logs.policy;
      policy.Statement = policy.Statement.filter(({ Principal }: Anything) => Principal.Service === undefined);
    },
    /^aws_kms_key\.logs lets pass no longer: kms:\S+ on \* for Service logs\./,
  ],
  [
    'a queue that refuses what its role may send',
    (to) => delete to.aws_sqs_queue_policy.events.policy.Statement[0].Condition,
    /^cloakroom-prod-enqueue-event may no longer: sqs:SendMessage on aws_sqs_queue\.events, since aws_sqs_queue_policy\.events denies sqs:\*\. /,
  ],
  [
    'a table that has a policy now',
    (to) => {
      const Statement = [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }];
      to.aws_dynamodb_resource_policy = { sessions: { policy: { Statement } } };
    },
    /^cloakroom-prod-user-data may no longer: dynamodb:Query .* aws_dynamodb_resource_policy\.sessions denies \*/,
  ],
  [
    'a caller',
    (to) => delete to.aws_lambda_permission.get_ready,
    /^health lets pass no longer: lambda:InvokeFunction .* for apigateway\.amazonaws\.com, .* Version 7\.8\.9 of health runs/,
  ],
  [
    'where a caller comes from',
    (to) => (to.aws_lambda_permission.get_ready.source_arn = `\${aws_apigatewayv2_api.api.execution_arn}/*/GET/alive`),
    /^health lets pass .* ArnLike aws:SourceArn has no longer/,
  ],
  [
    'whose caller it is',
    (to) => (to.aws_lambda_permission.get_ready.source_account = '123456789012'),
    /^health lets pass no longer: lambda:InvokeFunction/,
  ],
];

describe('a release', () => {
  it.each(NARROWER)('is narrower by %s', (_, change, expected) => {
    const found = after(change);
    expect(found.map(({ sentence }) => sentence)).toContainEqual(expect.stringMatching(expected));
  });

  it('names everybody whose code an endpoint turns away', () => {
    const [lost] = after((to) => (endpoint(to, 'dynamodb').Action = ['dynamodb:GetItem']));
    expect(lost?.functions.length).toBeGreaterThan(4);
  });
});
