import { describe, expect, it } from '@jest/globals';
import { parseExport } from './exported-protection.ts';
import { undeployedChanges } from './undeployed.ts';

const uri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:1:function:f/invocations';
const SCHEMES = {
  session: {
    type: 'apiKey',
    name: 'Unused',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': { type: 'request', authorizerUri: uri, authorizerResultTtlInSeconds: 0 },
  },
  pool: { type: 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools' } },
  sigv4: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
  api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
};
const exported = (paths: object, schemes: object = SCHEMES) =>
  parseExport(JSON.stringify({ openapi: '3.0.1', paths, components: { securitySchemes: schemes } }));
const by = (...names: readonly string[]) => ({ security: names.map((name) => ({ [name]: [] })) });

describe('an API as it is exported', () => {
  it('tells who is asked before each method; a key for a usage plan asks nobody', () => {
    const paths = {
      '/a': { get: by('session'), post: by('api_key', 'session'), put: by('api_key'), parameters: [] },
      '/b': { 'x-amazon-apigateway-any-method': by('pool'), options: {}, delete: by('sigv4') },
    };
    expect(exported(paths).routes).toEqual([
      { key: 'GET /a', authorization: 'CUSTOM', authorizer: 'session' },
      { key: 'POST /a', authorization: 'CUSTOM', authorizer: 'session' },
      { key: 'PUT /a', authorization: 'NONE', authorizer: undefined },
      { key: 'ANY /b', authorization: 'COGNITO_USER_POOLS', authorizer: 'pool' },
      { key: 'OPTIONS /b', authorization: 'NONE', authorizer: undefined },
      { key: 'DELETE /b', authorization: 'AWS_IAM', authorizer: undefined },
    ]);
  });

  it('keeps answers for 300 s where it does not say', () => {
    const unsaid = { session: { 'x-amazon-apigateway-authorizer': { type: 'request', identitySource: 'a, b' } } };
    expect(exported({}, unsaid).authorizers).toMatchObject([
      { type: 'REQUEST', ttlSeconds: 300, identitySources: ['a', 'b'] },
    ]);
    expect(exported({}).authorizers[0]).toMatchObject({ ttlSeconds: 0, identitySources: [] });
  });

  it('is no different from what it was made of, whatever order that is in', () => {
    const [one, other] = [{ '/a': { get: by('session') } }, { '/b': { get: {} } }];
    expect(undeployedChanges(exported({ ...one, ...other }), exported({ ...other, ...one }))).toEqual([]);
  });

  it('differs by a route that is new, one that is gone, one with another authorization, and a setting of an authorizer', () => {
    const deployed = exported({ '/a': { get: by('session') }, '/gone': { get: {} } });
    const longer = structuredClone(SCHEMES);
    longer.session['x-amazon-apigateway-authorizer'].authorizerResultTtlInSeconds = 60;
    const configured = exported({ '/a': { get: {} }, '/new': { post: by('sigv4') } }, longer);
    expect(undeployedChanges(deployed, configured)).toEqual([
      'GET /a is CUSTOM by session, and configured as NONE',
      'GET /gone is NONE, and configured as not there',
      'POST /new is not there, and configured as AWS_IAM',
      `authorizer session is REQUEST (uri ${uri}, ttl 0), and configured as REQUEST (uri ${uri}, ttl 60)`,
    ]);
  });
});
