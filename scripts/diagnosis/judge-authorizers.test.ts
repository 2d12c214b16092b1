import { describe, expect, it } from '@jest/globals';
import type { Authorizer } from './attached-api.ts';
import { parseOutputs } from './installation.ts';
import { withStageVariables } from './invoked-function.ts';
import { judgeAuthorizer, ownerOf } from './judge-authorizers.ts';

const uriOf = (functionArn: string) =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const OURS = 'arn:aws:lambda:eu-central-1:111122223333:function:shop-prod-authorizer:live';
const INSTALLATION = parseOutputs(
  JSON.stringify({ ApiId: { value: 'own' }, AuthorizerInvokeArn: { value: uriOf(OURS) } }),
);
const authorizer = (changes: Partial<Authorizer>): Authorizer => ({
  ref: 'a1',
  id: 'a1',
  name: 'session',
  type: 'REQUEST',
  uri: uriOf(OURS),
  identitySources: [],
  ttlSeconds: 0,
  payloadVersion: '2.0',
  hasSimpleResponses: true,
  ...changes,
});

describe('whose function an authorizer asks', () => {
  it.each([
    ['us', OURS],
    ['us', OURS.replace(':live', '')],
    ['us', OURS.replace(':live', ':7')],
    ['another installation', OURS.replace('shop-prod', 'shop-staging')],
    ['another installation', OURS.replace('shop-prod', 'cloakroom-prod')],
    ['another installation', OURS.replace('111122223333', '999900001111')],
    ['another installation', OURS.replace('eu-central-1', 'eu-west-1')],
    ['somebody else', OURS.replace('shop-prod-authorizer', 'tokens')],
    ['somebody else', OURS.replace('shop-prod-authorizer', 'shop-authorizer')],
  ])('is that of %s: %s', (owner, functionArn) => {
    expect(ownerOf(authorizer({ uri: uriOf(functionArn) }), INSTALLATION)).toBe(owner);
  });

  it('is that of nobody here for a JWT authorizer, which asks no function', () => {
    expect(ownerOf(authorizer({ uri: undefined, type: 'JWT' }), INSTALLATION)).toBe('somebody else');
  });

  it('is told by the variables of the stage, where the URI names them', () => {
    const uri = uriOf(OURS.replace('shop-prod-authorizer', `\${stageVariables.who}`));
    expect(withStageVariables(uri, { who: 'shop-prod-authorizer' })).toBe(uriOf(OURS));
    expect(ownerOf(authorizer({ uri: withStageVariables(uri, {}) }), INSTALLATION)).toBe('somebody else');
  });
});

describe('an authorizer of ours', () => {
  const codes = (kind: 'http' | 'rest' | 'websocket', changes: Partial<Authorizer>) =>
    judgeAuthorizer({ kind, apiId: 'api1' }, authorizer(changes), INSTALLATION).map(({ code }) => code);

  it.each(['http', 'rest', 'websocket'] as const)('is right at an API of the kind %s', (kind) => {
    expect(codes(kind, {})).toEqual([]);
  });

  it('may demand what API Gateway adds to every request itself', () => {
    expect(codes('rest', { identitySources: ['context.identity.sourceIp'] })).toEqual([]);
    expect(codes('http', { identitySources: ['$context.httpMethod'] })).toEqual([]);
    expect(codes('rest', { identitySources: ['context.identity.sourceIp', 'stageVariables.x'] })).toEqual([
      'identity-source',
    ]);
  });

  it('tells of a change at a REST API that it needs a deployment besides', () => {
    const [finding] = judgeAuthorizer({ kind: 'rest', apiId: 'api1' }, authorizer({ ttlSeconds: 1 }), INSTALLATION);
    expect(finding).toMatchObject({
      code: 'authorizer-cached',
      what: 'answers are kept for 1 s',
      next: 'authorizer_result_ttl_in_seconds = 0, and a new deployment',
    });
  });
});
