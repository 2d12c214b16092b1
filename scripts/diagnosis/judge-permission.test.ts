import { describe, expect, it } from '@jest/globals';
import type { Authorizer } from './attached-api.ts';
import { parsePolicy } from './function-policy.ts';
import { judgePermission } from './judge-permission.ts';

const API = { kind: 'rest', apiId: 'api1', stage: 'prod' } as const;
const INVOKED = {
  partition: 'aws',
  region: 'eu-central-1',
  accountId: '111122223333',
  name: 'app-authorizer',
  qualifier: 'live',
};
const AUTHORIZER: Authorizer = {
  ref: 'session',
  id: 'auth1',
  name: 'session',
  type: 'REQUEST',
  uri: 'uri',
  identitySources: [],
  ttlSeconds: 0,
};
const ARN = 'arn:aws:execute-api:eu-central-1:111122223333:api1/authorizers/auth1';

function policy(condition: object | undefined, changes: object = {}): string {
  const Principal = { Service: 'apigateway.amazonaws.com' };
  const statement = { Sid: 'one', Effect: 'Allow', Principal, Action: 'lambda:InvokeFunction', Condition: condition };
  return JSON.stringify({ Statement: [{ ...statement, ...changes }] });
}
const from = (arn: string) => ({ ArnLike: { 'AWS:SourceArn': arn } });
const judge = (invoked: string, bare = '{}', authorizer = AUTHORIZER) =>
  judgePermission(API, authorizer, INVOKED, { invoked: parsePolicy(invoked), bare: parsePolicy(bare) });

describe('whether API Gateway may ask', () => {
  it.each([
    ['this authorizer', policy(from(ARN))],
    ['every authorizer of the API', policy(from(ARN.replace(/auth1$/, '*')))],
    ['one of several', policy({ ArnLike: { 'AWS:SourceArn': ['arn:aws:execute-api:x', ARN] } })],
    ['one letter left open', policy({ StringLike: { 'aws:SourceArn': ARN.replace('auth1', 'auth?') } })],
    ['the account alone', policy({ StringEquals: { 'AWS:SourceAccount': '111122223333' } })],
    ['every action', policy(from(ARN), { Action: ['lambda:*'] })],
  ])('it may by a permission for %s', (_, text) => {
    expect(judge(text)).toEqual([]);
  });

  it.each([
    ['another API', policy(from(ARN.replace('api1', 'api10')))],
    ['a name in which only the dots differ', policy(from(ARN.replace('api1', 'ap.1')))],
    ['another account', policy({ StringEquals: { 'AWS:SourceAccount': '999900001111' } })],
    ['its ARN, in another account', policy({ ...from(ARN), StringEquals: { 'AWS:SourceAccount': '999900001111' } })],
    ['the routes of the API', policy(from('arn:aws:execute-api:eu-central-1:111122223333:api1/*/GET/orders'))],
    ['another service', policy(from(ARN), { Principal: { Service: 'events.amazonaws.com' } })],
    ['another action', policy(from(ARN), { Action: 'lambda:GetFunction' })],
    ['a condition that nobody here knows', policy({ ...from(ARN), StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })],
    ['nobody, by a denial', policy(from(ARN), { Effect: 'Deny' })],
  ])('it may not by one for %s, and is told the command that lets it', (_, text) => {
    const [finding] = judge(text);
    expect(finding).toMatchObject({
      code: 'permission-missing',
      where: 'REST API api1, stage prod, authorizer session (auth1)',
    });
    expect(finding?.next).toContain(
      `add-permission --function-name app-authorizer --qualifier live --region eu-central-1`,
    );
    expect(finding?.next).toContain(`--source-arn ${ARN}`);
  });

  it('says that a permission of the bare function does not count', () => {
    expect(judge('{}', policy(from(ARN)))[0]?.what).toContain(
      'one of the bare function does, which does not count for app-authorizer:live',
    );
  });

  it('names a permission that lets every API of the world ask', () => {
    expect(judge(policy(undefined))).toMatchObject([{ code: 'permission-open', next: `source_arn = "${ARN}"` }]);
  });

  it('leaves an authorizer to the policies of its role', () => {
    expect(judge('{}', '{}', { ...AUTHORIZER, roleArn: 'arn:aws:iam::111122223333:role/gateway' })).toEqual([]);
  });
});
