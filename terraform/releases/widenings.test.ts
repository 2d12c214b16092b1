import { describe, expect, it } from '@jest/globals';
import { type Anything, after, open, statement, statements, touch, without } from './changed-stack-fixture.ts';

type Change = (resource: Anything) => void;

const WIDER: readonly (readonly [string, Change])[] = [
  ['more actions', (to) => open(to).Action.push('dynamodb:Scan')],
  ['all actions of a service, in other letters', (to) => (open(to).Action = 'DynamoDB:*')],
  ['any resource', (to) => (open(to).Resource = '*')],
  ['no condition', (to) => delete open(to).Condition],
  [
    'more keys',
    (to) => (open(to).Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['SID#*', 'U*', 'W*']),
  ],
  [
    'texts that become patterns, and keys that need not be there',
    (to) => {
      const condition = touch(to).Condition;
      condition.StringLikeIfExists = { 'aws:SourceVpc': condition.StringEquals['aws:SourceVpc'] };
      delete condition.StringEquals;
    },
  ],
  [
    'a refusal that is met less often, or never',
    (to) => {
      statement(to, 'health_runtime', 'LeaveThemToLambda').Condition.StringEquals = { 'aws:SourceVpc': 'vpc-1' };
      to.aws_iam_role_policy.authorizer_runtime.policy.Statement = statements(to, 'authorizer_runtime').slice(0, 2);
    },
  ],
  [
    'statements by other names and in another order, and one apart by its action',
    (to) => {
      const put = { ...open(to), Sid: 'Put', Action: ['dynamodb:PutItem'] };
      open(to).Action = without(open(to).Action, 'dynamodb:PutItem');
      statements(to, 'create_session').reverse().push(put);
    },
  ],
  [
    'a policy of its own for a part',
    (to) => {
      const code = to.aws_iam_role_policy.create_session;
      const [first, ...rest] = code.policy.Statement;
      code.policy.Statement = rest;
      to.aws_iam_role_policy.create_session_keys = { ...code, policy: { ...code.policy, Statement: [first] } };
    },
  ],
  ['a new role', (to) => (to.aws_iam_role.other = { name: 'other' })],
  ['whoever passes an endpoint', (to) => delete to.aws_vpc_endpoint.sqs.policy],
  [
    'whom a queue lets send',
    (to) =>
      to.aws_sqs_queue_policy.events.policy.Statement.push({
        Effect: 'Allow',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: '*',
      }),
  ],
  ['a queue without a policy', (to) => delete to.aws_sqs_queue_policy.events_dlq],
  [
    'where a caller comes from',
    (to) => (to.aws_lambda_permission.get_ready.source_arn = `\${aws_apigatewayv2_api.api.execution_arn}/*`),
  ],
];

describe('a release', () => {
  it.each(WIDER)('only widens by %s', (_, change) => {
    expect(after(change)).toEqual([]);
  });

  it('may tell keys apart that one request cannot name together, and must not tell others apart', () => {
    const both = (resource: Anything, name: string, sid: string) => {
      const of = statement(resource, name, sid);
      of.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['U#*', 'SID#*'];
      return of;
    };
    const split = (name: string, sid: string) =>
      after(
        (to) => {
          const of = statement(to, name, sid);
          const twin = structuredClone(of);
          of.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['U#*'];
          twin.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] = ['SID#*'];
          statements(to, name).push(twin);
        },
        (resource) => both(resource, name, sid),
      );
    expect(split('create_session', 'ReadAndChangeSessions')).toEqual([]);
    expect(split('store_event', 'ReadUsers')).toMatchObject([
      { holder: 'aws_iam_role.store_event', action: 'dynamodb:BatchGetItem', functions: ['store_event'] },
    ]);
  });

  it('has the same statement by exclusion, or a narrower one', () => {
    const besides = { Effect: 'Allow', NotAction: ['kms:Decrypt'], Resource: '*' };
    const given = (resource: Anything) => statements(resource, 'health').push({ ...besides });
    const same = after((to) => statements(to, 'health').reverse(), given);
    expect(same).toEqual([]);
    const other = after((to) => (statements(to, 'health').at(-1).NotAction = ['kms:*']), given);
    expect(other.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^cloakroom-prod-health may no longer: \{"Effect":"Allow","NotAction":\["kms:Decrypt"\]/),
    ]);
  });

  it('compares what a condition refuses, too', () => {
    const given = (resource: Anything) => (open(resource).Condition.StringNotEquals = { 'aws:SourceVpc': ['a', 'b'] });
    expect(after((to) => (open(to).Condition.StringNotEquals['aws:SourceVpc'] = 'a'), given)).toEqual([]);
    const more = after((to) => open(to).Condition.StringNotEquals['aws:SourceVpc'].push('c'), given);
    expect(more[0]?.because).toBe('StringNotEquals aws:SourceVpc has also ["c"]');
  });
});
