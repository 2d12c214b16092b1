import { describe, expect, it } from '@jest/globals';
import { readCall } from './aws-call.ts';

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host`,
});

describe('readCall', () => {
  it('reads the action of a form', () => {
    const headers = { ...signedFor('ec2'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = 'Action=CreateVpc&CidrBlock=10.30.0.0%2F20';
    expect(readCall({ method: 'POST', url: '/', headers, body })).toEqual({
      service: 'ec2',
      action: 'CreateVpc',
      input: { CidrBlock: '10.30.0.0/20' },
    });
  });

  it('reads the action of a header', () => {
    const headers = { ...signedFor('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.CreateTable' };
    const body = '{"TableName":"events"}';
    expect(readCall({ method: 'POST', url: '/', headers, body })).toEqual({
      service: 'dynamodb',
      action: 'CreateTable',
      input: { TableName: 'events' },
    });
  });

  it('reads the action of a method and a path, with what the path names', () => {
    const url = '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aauthorizer/policy/one?Qualifier=live';
    expect(readCall({ method: 'DELETE', url, headers: signedFor('lambda'), body: '' })).toEqual({
      service: 'lambda',
      action: 'RemovePermission',
      input: { FunctionName: 'arn:aws:lambda:authorizer', StatementId: 'one' },
    });
  });

  it('calls what it does not know by its method and path', () => {
    const call = readCall({ method: 'GET', url: '/v2/apis/a', headers: signedFor('apigateway'), body: '' });
    expect(call).toEqual({ service: 'apigateway', action: 'GET /v2/apis/a', input: {} });
  });
});
