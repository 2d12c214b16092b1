import { describe, expect, it } from '@jest/globals';
import { testStack } from '../stack-fixture.ts';
import { type Attempt, readPermissions } from './read-permissions.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/sessions';
const ROLE = 'arn:aws:iam::000000000000:role/role-main';
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

/** Of a role in the stack, and of one that is in none. */
function permissionsOf(...statements: readonly object[]) {
  return readPermissions(stackOf({ Version: '2012-10-17', Statement: statements }));
}

function stackOf(policy: unknown) {
  return testStack({
    functions: { main: { code: '' } },
    resource: {
      aws_sqs_queue: { events: { name: 'events' } },
      aws_iam_role_policy: {
        main: { name: 'code', role: '${aws_iam_role.main.name}', policy: JSON.stringify(policy) },
        runtime: {
          role: 'role-main',
          policy: JSON.stringify({ Version: '2012-10-17', Statement: allow('logs:PutLogEvents', '*') }),
        },
        app: {
          role: 'shop',
          policy: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"\${aws_sqs_queue.events.arn}"}}`,
        },
      },
    },
  });
}

describe('a role', () => {
  it.each([
    ['an action and a resource', allow('dynamodb:GetItem', TABLE), true],
    ['an action in another case', allow('DynamoDB:getitem', TABLE), true],
    ['a pattern of actions', allow(['sqs:*', 'dynamodb:Get*'], TABLE), true],
    ['a pattern of one character', allow('dynamodb:GetIte?', TABLE), true],
    ['everything', allow('*', '*'), true],
    ['another action', allow('dynamodb:PutItem', TABLE), false],
    ['an action that begins like it', allow('dynamodb:Get', TABLE), false],
    ['another table', allow('dynamodb:GetItem', `${TABLE}-2`), false],
    ['a table in another case', allow('dynamodb:GetItem', TABLE.toUpperCase()), false],
    ['a pattern of tables', allow('dynamodb:GetItem', [`${TABLE}-*`, TABLE.replace('sessions', 's*s')]), true],
    ['a star that would reach over parts of the ARN', allow('dynamodb:GetItem', 'arn:aws:*/sessions'), false],
    ['what is below the table', allow('dynamodb:GetItem', `${TABLE}/*`), false],
  ])('that is allowed %s: %j reads the table: %s', (_, statement, expected) => {
    const denial = permissionsOf(statement).judge(ROLE, { action: 'dynamodb:GetItem', resource: TABLE });
    expect(denial).toBe(expected ? undefined : 'implicit');
  });

  it('may do what any of its policies allows, by name of a role in the stack or in none', () => {
    const permissions = permissionsOf(allow('dynamodb:GetItem', TABLE));
    expect(permissions.judge(ROLE, { action: 'logs:PutLogEvents', resource: '*' })).toBeUndefined();
    const send: Attempt = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:000000000000:events' };
    expect(permissions.judge('arn:aws:iam::000000000000:role/apps/shop', send)).toBeUndefined();
    expect(permissions.judge(ROLE, send)).toBe('implicit');
  });

  it('without a policy may do nothing, and one of another account what that account says', () => {
    const permissions = permissionsOf(allow('*', '*'));
    const attempt = { action: 'dynamodb:GetItem', resource: TABLE };
    expect(permissions.judge('arn:aws:iam::000000000000:role/nobody', attempt)).toBe('implicit');
    expect(permissions.judge('arn:aws:iam::210987654321:role/nobody', attempt)).toBeUndefined();
  });

  it('may not do what one statement forbids, whatever others allow', () => {
    const deny = {
      ...allow('dynamodb:*', TABLE),
      Effect: 'Deny',
      Condition: { StringEquals: { 'dynamodb:Select': 'COUNT' } },
    };
    const permissions = permissionsOf(allow('*', '*'), deny);
    const judged = (select: string) =>
      permissions.judge(ROLE, {
        action: 'dynamodb:Query',
        resource: TABLE,
        contexts: () => [{ 'dynamodb:select': [select] }],
      });
    expect(judged('COUNT')).toBe('explicit');
    expect(judged('SPECIFIC_ATTRIBUTES')).toBeUndefined();
  });

  it('needs every reading of a request to be allowed, each by one statement', () => {
    const forKey = (key: string) =>
      allow('dynamodb:UpdateItem', TABLE, {
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': key } },
      });
    const permissions = permissionsOf(forKey('A#*'), forKey('B#*'));
    const judged = (...readings: readonly string[][]) =>
      permissions.judge(ROLE, {
        action: 'dynamodb:UpdateItem',
        resource: TABLE,
        contexts: () => readings.map((keys) => ({ 'dynamodb:leadingkeys': keys })),
      });
    expect(judged(['A#1'], ['B#1'])).toBeUndefined();
    expect(judged(['A#1'], ['C#1'])).toBe('implicit');
    expect(judged(['A#1', 'B#1'])).toBe('implicit');
  });

  it('is asked what a request says of itself only where a condition needs it', () => {
    const permissions = permissionsOf(allow('dynamodb:GetItem', TABLE));
    const contexts = () => {
      throw new Error('looked at the request');
    };
    expect(permissions.judge(ROLE, { action: 'dynamodb:GetItem', resource: TABLE, contexts })).toBeUndefined();
    expect(permissions.judge(ROLE, { action: 'dynamodb:PutItem', resource: TABLE, contexts })).toBe('implicit');
  });
});

describe('a policy', () => {
  const good = allow('sqs:SendMessage', '*');
  const of = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

  it.each([
    [
      'all actions but some',
      of({ ...good, Action: undefined, NotAction: 'iam:*' }),
      'Statement.0.NotAction: is not understood',
    ],
    [
      'all resources but some',
      of({ ...good, Resource: undefined, NotResource: '*' }),
      'Statement.0.NotResource: is not understood',
    ],
    ['a principal', of({ ...good, Principal: '*' }), 'Statement.0.Principal: is not understood'],
    [
      'an unknown condition',
      of(good, { ...good, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      'Statement.1.Condition.Bool.aws:SecureTransport',
    ],
    ['another effect', of({ ...good, Effect: 'allow' }), 'Statement.0.Effect'],
    [
      'a variable in a resource',
      of(allow('s3:*', 'arn:aws:s3:::b/$${aws:username}')),
      'Statement.0.Resource: variables',
    ],
    ['another version', { ...of(good), Version: '2008-10-17' }, 'Version'],
    ['no statement', of(), 'Statement'],
    ['no action', of(allow([], '*')), 'Statement.0.Action'],
    ['something else', 'nothing', 'policy'],
  ])('that has %s stops the start', (_, policy, problem) => {
    expect(() => readPermissions(stackOf(policy))).toThrow(`resource.aws_iam_role_policy.main.policy`);
    expect(() => readPermissions(stackOf(policy))).toThrow(problem);
  });
});
