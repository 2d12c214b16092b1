import { describe, expect, it } from '@jest/globals';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { resources, synthesized } from '../testing/synthesized.ts';
import { dev } from './dev/environment.ts';
import { parseEnvironment } from './environment.ts';
import { prod } from './prod/environment.ts';
import { staging } from './staging/environment.ts';

const BOUNDARY = 'arn:aws:iam::123456789012:policy/company/developers';
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'x']));

describe('a permissions boundary', () => {
  it('is on every role: of functions, of flow logs, and of functions of the team', () => {
    const document = synthesized({ ...withOwnRoutes(prod), permissionsBoundary: BOUNDARY });
    const roles = Object.entries(resources(document, 'aws_iam_role'));
    expect(roles.map(([name]) => name)).toEqual(expect.arrayContaining(['authorizer', 'flow_logs', 'own_orders']));
    expect(roles.filter(([, role]) => role.permissions_boundary !== BOUNDARY)).toEqual([]);
  });

  it('is on none where it is not said, and no role has a path: another one would make it anew', () => {
    for (const role of Object.values(resources(synthesized(prod), 'aws_iam_role'))) {
      expect(role).not.toHaveProperty('permissions_boundary');
      expect(role).not.toHaveProperty('path');
    }
  });

  it.each([BOUNDARY, 'arn:aws:iam::aws:policy/PowerUserAccess'])('may be %s', (permissionsBoundary) => {
    expect(parseEnvironment({ ...prod, permissionsBoundary })).toMatchObject({ permissionsBoundary });
  });

  it.each([
    ['a role', 'arn:aws:iam::123456789012:role/x', 'permissionsBoundary: must be the ARN of a policy'],
    ['a name', 'developers', 'permissionsBoundary: must be the ARN of a policy'],
    [
      'a policy of another account',
      'arn:aws:iam::210987654321:policy/x',
      'permissionsBoundary is of the account 210987654321, and not of accountId 123456789012',
    ],
  ])('is not %s', (_, permissionsBoundary, message) => {
    expect(() => parseEnvironment({ ...prod, permissionsBoundary })).toThrow(message);
  });
});

describe('tags', () => {
  it('are on everything, beside those of the stack', () => {
    const tags = { 'cost-center': '42', Owner: 'team@example.com', empty: '' };
    expect(synthesized({ ...dev, tags }).provider.aws).toEqual([
      {
        region: 'eu-central-1',
        default_tags: [{ tags: { ...tags, application: 'cloakroom', environment: 'dev' } }],
      },
    ]);
  });

  it('may be 47 with keys of 128 and values of 256 characters', () => {
    const tags = { ...many(46), ['k'.repeat(128)]: 'v'.repeat(256) };
    expect(parseEnvironment({ ...dev, tags })).toMatchObject({ tags });
  });

  it.each<[string, Record<string, string>, string]>([
    ['48', many(48), 'tags: must be at most 47: AWS takes 50 on a resource'],
    ['a key of 129 characters', { ['k'.repeat(129)]: '' }, 'a key has at most 128 characters'],
    ['a value of 257 characters', { key: 'v'.repeat(257) }, 'tags.key: a value has at most 256 characters'],
    ['an empty key', { '': 'x' }, 'a key has at least one character'],
    ['a key of AWS', { 'AWS:owner': 'x' }, 'a key that begins with aws: is for AWS itself'],
    ['a key of the stack', { environment: 'x' }, 'application and environment are there already'],
    ['a key of the stack in capitals', { Application: 'x' }, 'application and environment are there already'],
    ['keys that IAM takes for one', { team: 'x', Team: 'x' }, 'two keys that differ in capitals alone'],
    ['a character that no service takes', { key: 'a;b' }, 'tags.key: may hold letters, digits, spaces'],
  ])('are not %s', (_, tags, message) => {
    expect(() => parseEnvironment({ ...dev, tags })).toThrow(message);
  });
});

describe('the account', () => {
  it.each([dev, staging, prod])('is the only one that Terraform touches, in $name', (environment) => {
    const document = synthesized({ ...environment, accountId: '210987654321' });
    expect(document.provider.aws).toEqual([expect.objectContaining({ allowed_account_ids: ['210987654321'] })]);
  });
});
